using System.Net.Http.Json;
using Platform.Abstractions.Idempotency;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Idempotency;

/// <summary>A POST that is sent again does not happen again, and tells no secret again.</summary>
public sealed class IdempotencyTests(Product product)
{
    [Fact]
    public async Task A_request_that_is_sent_again_gets_the_first_answer_without_the_secret()
    {
        var tenant = await product.GivenTenant();
        var key = NewKey();

        var first = await Issue(tenant, key, "once");
        var second = await Issue(tenant, key, "once");

        Assert.Equal((201, 201), (first.Status, second.Status));
        Assert.Equal((null, "true"), (first.Header("Idempotency-Replayed"), second.Header("Idempotency-Replayed")));
        Assert.Equal(first.Header("Location"), second.Header("Location"));
        Assert.Equal(first.Json.GetProperty("key").GetRawText(), second.Json.GetProperty("key").GetRawText());
        var secret = first.Json.GetProperty("secret").GetString()!;
        Assert.DoesNotContain(secret, second.Text, StringComparison.Ordinal);
        Assert.False(second.Json.TryGetProperty("secret", out _));
        Assert.Equal(1, await CountAsync(tenant, "once"));
        Assert.Equal(200, (await tenant.With(secret).CallTool()).Status);
    }

    [Fact]
    public async Task A_request_that_is_sent_again_hears_the_version_that_the_first_change_names()
    {
        var tenant = await product.GivenTenant();
        var key = NewKey();

        var first = await Make();
        var second = await Make();

        Assert.Equal((201, 201, "true"), (first.Status, second.Status, second.Header("Idempotency-Replayed")));
        Assert.Equal(first.Header("ETag"), second.Header("ETag"));
        Assert.Equal(204, (await tenant.Rest(HttpMethod.Delete, "roles/once", ifMatch: second.Header("ETag"))).Status);

        Task<Reply> Make() =>
            Send(tenant, key, JsonContent.Create(new { name = "once", description = "", allow = new[] { "tools:read" }, deny = Array.Empty<string>(), inherits = Array.Empty<string>() }), path: "roles");
    }

    [Fact]
    public async Task A_request_that_is_sent_again_hears_where_the_work_is_followed()
    {
        var tenant = await product.GivenTenant();
        await tenant.Rest(HttpMethod.Post, "principals", new { kind = "user", name = "otto", displayName = "Otto", roles = new[] { "user" } });
        var key = NewKey();

        var first = await Export();
        var second = await Export();

        Assert.Equal((202, 202, "true"), (first.Status, second.Status, second.Header("Idempotency-Replayed")));
        Assert.NotNull(first.Header("Operation-Location"));
        Assert.Equal(first.Header("Operation-Location"), second.Header("Operation-Location"));

        Task<Reply> Export() => Send(tenant, key, null, path: "principals/usr_otto:exportData");
    }

    [Fact]
    public async Task The_same_change_of_another_version_is_another_request()
    {
        var tenant = await product.GivenTenant();
        await tenant.Rest(HttpMethod.Post, "principals", new { kind = "user", name = "ida", displayName = "Ida", roles = new[] { "user" } });
        var (key, first) = (NewKey(), (await tenant.Rest(HttpMethod.Get, "principals/usr_ida")).Header("ETag")!);
        Assert.Equal(200, (await Set(first)).Status);
        await tenant.Rest(HttpMethod.Post, "principals/usr_ida:setRoles", new { roles = new[] { "admin" } });

        var replayed = await Set(first);
        var other = await Set((await tenant.Rest(HttpMethod.Get, "principals/usr_ida")).Header("ETag")!);

        Assert.Equal((200, "true"), (replayed.Status, replayed.Header("Idempotency-Replayed")));
        Assert.Equal((422, "idempotency-key-reused"), (other.Status, other.Json.GetProperty("code").GetString()));

        Task<Reply> Set(string version) => Send(tenant, key, JsonContent.Create(new { roles = new[] { "service" } }), path: "principals/usr_ida:setRoles", ifMatch: version);
    }

    [Fact]
    public async Task A_quoted_key_is_the_same_key()
    {
        var tenant = await product.GivenTenant();
        var key = NewKey();

        await Issue(tenant, key, "once");

        Assert.Equal("true", (await Issue(tenant, $"\"{key}\"", "once")).Header("Idempotency-Replayed"));
    }

    [Fact]
    public async Task A_key_is_of_one_request_only()
    {
        var tenant = await product.GivenTenant();
        var key = NewKey();
        await Issue(tenant, key, "one");

        var other = await Issue(tenant, key, "two");
        var elsewhere = await product.GivenTenant();

        Assert.Equal((422, "idempotency-key-reused"), (other.Status, other.Json.GetProperty("code").GetString()));
        Assert.Equal(422, (await Issue(elsewhere, key, "one")).Status);
        Assert.Equal((0, 0), (await CountAsync(tenant, "two"), await CountAsync(elsewhere, "one")));
    }

    [Fact]
    public async Task Another_caller_with_the_same_key_is_served_by_itself()
    {
        var tenant = await product.GivenTenant();
        var key = NewKey();
        var (somebody, _) = await product.Platform.GivenOperator("*");
        await Issue(tenant, key, "once");

        var other = await Issue(tenant, key, "once", somebody);

        Assert.Equal((201, null), (other.Status, other.Header("Idempotency-Replayed")));
        Assert.True(other.Json.TryGetProperty("secret", out _));
        Assert.Equal(2, await CountAsync(tenant, "once"));
    }

    [Fact]
    public async Task A_crowd_with_one_key_makes_one_thing()
    {
        var tenant = await product.GivenTenant();
        var key = NewKey();

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Issue(tenant, key, "once")));

        Assert.All(replies, reply => Assert.True(reply.Status is 201 or 409, reply.ToString()));
        Assert.Single(replies, reply => reply.Status == 201 && reply.Header("Idempotency-Replayed") is null);
        Assert.Equal(1, await CountAsync(tenant, "once"));
    }

    [Theory]
    [InlineData("""{"name":""}""")]
    [InlineData("""{"nam":"once"}""")]
    [InlineData("""{"name":""")]
    public async Task A_request_that_was_refused_leaves_its_key_free(string wrong)
    {
        var tenant = await product.GivenTenant();
        var key = NewKey();

        Assert.Equal(400, (await Send(tenant, key, new StringContent(wrong, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")))).Status);

        Assert.Equal((201, null), (await Issue(tenant, key, "once")) is var reply ? (reply.Status, reply.Header("Idempotency-Replayed")) : default);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("two words")]
    [InlineData("tab\there")]
    public async Task What_is_no_key_is_refused(string key)
    {
        var tenant = await product.GivenTenant();

        Assert.Equal(400, (await Issue(tenant, key, "once")).Status);
        Assert.Equal(0, await CountAsync(tenant, "once"));
    }

    [Theory]
    [InlineData(255, 201)]
    [InlineData(256, 400)]
    public async Task A_key_has_255_characters_at_most(int length, int status)
    {
        var tenant = await product.GivenTenant();

        Assert.Equal(status, (await Issue(tenant, NewKey().PadRight(length, 'x'), "once")).Status);
    }

    [Fact]
    public async Task An_answer_is_given_again_only_to_who_may_still_ask()
    {
        var tenant = await product.GivenTenant();
        var key = NewKey();
        var (somebody, id) = await product.Platform.GivenOperator("*");
        Assert.Equal(201, (await Issue(tenant, key, "once", somebody)).Status);

        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Post, $"/v1/management-keys/{id}:revoke")).Status);

        Assert.Equal(401, (await Wire.Until(() => Issue(tenant, key, "once", somebody), 401, TimeSpan.FromSeconds(5))).Status);
    }

    [Fact]
    [Trait("Control", "AL-1")]
    public async Task The_trail_tells_what_was_done_from_what_was_asked_again()
    {
        var tenant = await product.GivenTenant();
        var key = NewKey();
        await Issue(tenant, key, "once");
        await Issue(tenant, key, "once");

        var actions = (await tenant.Rest(HttpMethod.Get, "audit-events?pageSize=200")).Items().Select(item => item.GetProperty("event").GetProperty("action").GetString()).ToList();

        Assert.Single(actions, "keys/issue:replay");
        Assert.Equal(2, actions.Count(action => string.Equals(action, "keys/issue", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_secret_of_an_answer_is_marked()
    {
        string[] names = ["Secret", "Token", "RecoveryCodes"];
        string[] answers = ["Issued", "View", "Opened", "Secret", "Enrolment", "Confirmed"];
        string[] notRest = ["ProviderSecret"];
        var unmarked = typeof(RevealedOnceAttribute).Assembly.GetTypes()
            .Where(type => answers.Any(end => type.Name.EndsWith(end, StringComparison.Ordinal)) && !notRest.Contains(type.Name, StringComparer.Ordinal) && !type.Name.StartsWith("Use", StringComparison.Ordinal) && !type.Name.StartsWith("Issue", StringComparison.Ordinal))
            .SelectMany(type => type.GetProperties())
            .Where(property => names.Contains(property.Name, StringComparer.Ordinal))
            .ToList();

        Assert.True(unmarked.Count >= 6);
        Assert.All(unmarked, property => Assert.True(property.IsDefined(typeof(RevealedOnceAttribute), inherit: false), $"{property.DeclaringType}.{property.Name}"));
    }

    private static string NewKey() => Guid.NewGuid().ToString();

    private static Task<Reply> Issue(TenantClient tenant, string key, string name, string? credential = null) => Send(tenant, key, JsonContent.Create(new { name, roles = new[] { "admin" } }), credential);

    private static Task<Reply> Send(TenantClient tenant, string key, HttpContent? body, string? credential = null, string path = "keys", string? ifMatch = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(tenant.Platform.ManagementUrl, $"/v1/tenants/{tenant.Slug}/{path}")) { Content = body };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {credential ?? tenant.Platform.AdminKey}");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch is null ? [] : [ifMatch]);
        return tenant.Platform.Send(request);
    }

    private static async Task<int> CountAsync(TenantClient tenant, string name) =>
        (await tenant.Rest(HttpMethod.Get, "keys?pageSize=200")).Items().Count(item => string.Equals(item.GetProperty("name").GetString(), name, StringComparison.Ordinal));
}
