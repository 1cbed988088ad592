using System.Text;
using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Webhooks;

/// <summary>Endpoints over REST, in a product as it is installed: nothing inside is reached.</summary>
[Trait("Control", "AL-6")]
public sealed class WebhookEndpointTests(Product product) : IAsyncLifetime
{
    private TenantClient _tenant = null!;

    public async ValueTask InitializeAsync() => _tenant = await product.GivenTenant();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_endpoint_is_made_read_replaced_and_deleted()
    {
        var made = await Add("https://hooks.example.com/in?room=1");
        Assert.Equal(201, made.Status);
        var id = made.Json.GetProperty("webhook").GetProperty("id").GetString()!;
        Assert.EndsWith($"/webhooks/{id}", made.Header("Location"), StringComparison.Ordinal);
        Assert.Equal(32, Convert.FromBase64String(made.Json.GetProperty("secret").GetString()!["whsec_".Length..]).Length);

        var seen = await _tenant.Rest(HttpMethod.Get, $"webhooks/{id}");
        Assert.Equal((200, "\"0\"", "https://hooks.example.com/in?room=1", false, 0), (seen.Status, seen.Header("ETag"), seen.Json.GetProperty("url").GetString(), seen.Json.GetProperty("disabled").GetBoolean(), seen.Json.GetProperty("waiting").GetInt32()));
        Assert.Equal(id, Assert.Single((await _tenant.Rest(HttpMethod.Get, "webhooks")).Items()).GetProperty("id").GetString());

        var body = new { url = "https://hooks.example.com/other", eventTypes = new[] { "alert.resolved" }, description = "Ours.", disabled = true };
        Assert.Equal(428, (await Send(HttpMethod.Put, id, body)).Status);
        var replaced = await Send(HttpMethod.Put, id, body, ("If-Match", "\"0\""));
        Assert.Equal((200, "\"1\"", true), (replaced.Status, replaced.Header("ETag"), replaced.Json.GetProperty("disabled").GetBoolean()));
        Assert.Equal(412, (await Send(HttpMethod.Put, id, body, ("If-Match", "\"0\""))).Status);
        var enabled = await _tenant.Rest(HttpMethod.Post, $"webhooks/{id}:enable");
        Assert.Equal((200, false), (enabled.Status, enabled.Json.GetProperty("disabled").GetBoolean()));

        Assert.Equal(428, (await Send(HttpMethod.Delete, id)).Status);
        Assert.Equal(204, (await Send(HttpMethod.Delete, id, null, ("If-Match", "\"2\""))).Status);
        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, $"webhooks/{id}")).Status);
        Assert.Empty((await _tenant.Rest(HttpMethod.Get, "webhooks")).Items());
    }

    [Fact]
    public async Task A_secret_is_told_once()
    {
        var made = await Add("https://hooks.example.com/", ("Idempotency-Key", "\"make-one\""));
        var again = await Add("https://hooks.example.com/", ("Idempotency-Key", "\"make-one\""));
        var id = made.Json.GetProperty("webhook").GetProperty("id").GetString()!;
        var secrets = new List<string> { made.Json.GetProperty("secret").GetString()! };
        Assert.Equal((201, id, false), (again.Status, again.Json.GetProperty("webhook").GetProperty("id").GetString(), again.Json.TryGetProperty("secret", out _)));

        var rotated = await _tenant.Rest(HttpMethod.Post, $"webhooks/{id}:rotateSecret", new { overlapHours = 1 });
        Assert.Equal(200, rotated.Status);
        secrets.Add(rotated.Json.GetProperty("secret").GetString()!);
        await _tenant.Rest(HttpMethod.Post, $"webhooks/{id}:test");

        foreach (var path in new[] { "webhooks", $"webhooks/{id}", $"webhooks/{id}/deliveries", "audit-events?pageSize=100" })
        {
            var reply = await _tenant.Rest(HttpMethod.Get, path);
            Assert.Equal(200, reply.Status);
            Assert.DoesNotContain("whsec_", reply.Text, StringComparison.Ordinal);
            Assert.All(secrets, secret => Assert.DoesNotContain(secret["whsec_".Length..], reply.Text, StringComparison.Ordinal));
        }

        Assert.True((await _tenant.Rest(HttpMethod.Get, $"webhooks/{id}")).Json.TryGetProperty("previousSecretUntil", out _));
        Assert.Equal(2, secrets.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("http://hooks.example.com/")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://localhost/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://10.1.2.3/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f.1/")]
    [InlineData("https://0/")]
    [InlineData("https://user@hooks.example.com/")]
    [InlineData("https://user:pass@hooks.example.com/")]
    [InlineData("https://hooks.example.com/#x")]
    [InlineData("https://HOOKS.example.com/")]
    [InlineData("https://hooks.example.com/a/../b")]
    [InlineData("ftp://hooks.example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://hooks.example.com/")]
    [InlineData("/relative")]
    [InlineData("")]
    public async Task A_target_that_is_not_plain_https_in_the_internet_is_refused(string url)
    {
        var reply = await Add(url);

        Assert.Equal((400, "url"), (reply.Status, Assert.Single(reply.Json.GetProperty("errors").EnumerateObject()).Name));
    }

    [Theory]
    [InlineData("""{"url":"https://hooks.example.com/","eventTypes":[]}""", "eventTypes")]
    [InlineData("""{"url":"https://hooks.example.com/","eventTypes":["*"]}""", "eventTypes")]
    [InlineData("""{"url":"https://hooks.example.com/","eventTypes":["made.up"]}""", "eventTypes")]
    [InlineData("""{"url":"https://hooks.example.com/","eventTypes":["webhook.test"]}""", "eventTypes")]
    [InlineData("""{"url":"https://hooks.example.com/","eventTypes":["alert.*","alert.*"]}""", "eventTypes")]
    [InlineData("""{"url":"https://hooks.example.com/","eventTypes":["alert.*"],"description":"a\nb"}""", "description")]
    [InlineData("""{"url":"https://hooks.example.com/","eventTypes":["alert.*"],"secret":"mine"}""", "secret")]
    public async Task A_body_that_makes_no_sense_is_refused_by_the_member_at_fault(string body, string member)
    {
        var reply = await product.Platform.RestRaw(HttpMethod.Post, $"/v1/tenants/{_tenant.Slug}/webhooks", Encoding.UTF8.GetBytes(body));

        Assert.Equal((400, member), (reply.Status, Assert.Single(reply.Json.GetProperty("errors").EnumerateObject()).Name));
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task Another_tenants_endpoint_is_nobodys()
    {
        var id = (await Add("https://hooks.example.com/")).Json.GetProperty("webhook").GetProperty("id").GetString()!;
        var stranger = await product.GivenTenant();
        var manager = (await stranger.Rest(HttpMethod.Post, "keys", new { name = "manager", roles = new[] { "admin" }, kind = "management" })).Json.GetProperty("secret").GetString()!;

        // Through its own tenant, with the id of somebody else's; and through the other tenant.
        foreach (var (method, path) in new[] { (HttpMethod.Get, id), (HttpMethod.Post, $"{id}:test"), (HttpMethod.Post, $"{id}:enable"), (HttpMethod.Get, $"{id}/deliveries"), (HttpMethod.Post, $"{id}/deliveries/msg_0:redeliver") })
        {
            Assert.Equal(404, (await stranger.Rest(method, $"webhooks/{path}", credential: manager)).Status);
            Assert.Equal(404, (await _tenant.Rest(method, $"webhooks/{path}", credential: manager)).Status);
        }

        Assert.Equal(404, (await stranger.Rest(HttpMethod.Post, $"webhooks/{id}:rotateSecret", new { overlapHours = 0 }, manager)).Status);
        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Get, $"webhooks/{id}")).Status);
    }

    [Fact]
    public async Task A_reader_of_webhooks_changes_none_and_sends_nothing()
    {
        var id = (await Add("https://hooks.example.com/")).Json.GetProperty("webhook").GetProperty("id").GetString()!;
        var (reader, _) = await product.Platform.GivenOperator("webhooks:read");

        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Get, $"webhooks/{id}/deliveries", credential: reader)).Status);
        foreach (var path in new[] { $"{id}:test", $"{id}:enable", $"{id}/deliveries/msg_0:redeliver" })
        {
            Assert.Equal(403, (await _tenant.Rest(HttpMethod.Post, $"webhooks/{path}", credential: reader)).Status);
        }
    }

    [Fact]
    public async Task The_platforms_webhooks_are_the_operators_alone()
    {
        var manager = (await _tenant.Rest(HttpMethod.Post, "keys", new { name = "manager", roles = new[] { "admin" }, kind = "management" })).Json.GetProperty("secret").GetString()!;
        Assert.Equal(403, (await product.Platform.Rest(HttpMethod.Get, "/v1/platform/webhooks", null, manager)).Status);

        var made = await product.Platform.Rest(HttpMethod.Post, "/v1/platform/webhooks", new { url = "https://hooks.example.com/", eventTypes = new[] { "alert.*" } });
        Assert.Equal(201, made.Status);
        var path = made.Header("Location")!;
        Assert.StartsWith("/v1/platform/webhooks/wh_", path, StringComparison.Ordinal);
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Get, path)).Status);
        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, path["/v1/platform/".Length..])).Status);
    }

    [Fact]
    public async Task What_is_no_id_is_no_webhook() => Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, "webhooks/wh_..%2F..%2Fkeys")).Status);

    private Task<Reply> Add(string url, params (string Name, string Value)[] headers) => Send(HttpMethod.Post, "", new { url, eventTypes = new[] { "alert.*" } }, headers);

    private Task<Reply> Send(HttpMethod method, string id, object? body = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, new Uri(product.Platform.ManagementUrl, $"/v1/tenants/{_tenant.Slug}/webhooks{(id.Length == 0 ? "" : $"/{id}")}"));
        request.Content = body is null ? null : new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body));
        request.Content?.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {product.Platform.AdminKey}");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return product.Platform.Send(request);
    }
}
