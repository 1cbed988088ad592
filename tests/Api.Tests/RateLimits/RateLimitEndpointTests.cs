using Platform.Api.Tests.Support;
using static Platform.Api.Tests.RateLimits.RateSetup;

namespace Platform.Api.Tests.RateLimits;

[Trait("Control", "IN-8")]
public sealed class RateLimitEndpointTests(Product product)
{
    [Fact]
    public async Task Limits_are_read_changed_and_read_again()
    {
        var tenant = await product.GivenTenant();
        var before = await tenant.Rest(HttpMethod.Get, "rate-limits");

        var changed = await tenant.PutLimits(new { tenant = Rule(600, 60), tools = new Dictionary<string, object> { ["echo"] = new { cost = 2 } } }, before.Header("ETag"));
        var after = await tenant.Rest(HttpMethod.Get, "rate-limits");

        Assert.Equal(("\"0\"", "\"1\"", "\"1\""), (before.Header("ETag"), changed.Header("ETag"), after.Header("ETag")));
        Assert.Equal((200, changed.Text), (changed.Status, after.Text));
        Assert.Equal(2, after.Json.GetProperty("policy").GetProperty("tools").GetProperty("echo").GetProperty("cost").GetInt32());
        Assert.Equal(600, after.Json.GetProperty("policy").GetProperty("tenant").GetProperty("permitsPerMinute").GetInt32());
    }

    [Theory]
    [InlineData(null, 428)]
    [InlineData("\"7\"", 412)]
    [InlineData("W/\"0\"", 412)]
    [InlineData("0", 400)]
    [InlineData("*", 200)]
    [InlineData("\"0\", \"9\"", 200)]
    public async Task A_change_says_which_version_it_changes(string? version, int status)
    {
        var tenant = await product.GivenTenant();

        Assert.Equal(status, (await tenant.PutLimits(new { tenant = Rule(600, 60) }, version)).Status);
    }

    [Theory]
    [InlineData("""{"tenant":{"permitsPerMinute":0,"burst":1}}""", "tenant.permitsPerMinute")]
    [InlineData("""{"tools":{"echo":{"cost":1001}}}""", "tools.echo.cost")]
    [InlineData("""{"tools":{"echo":null}}""", "tools.echo")]
    [InlineData("""{"methods":{"tools/cal":{"cost":2}}}""", "methods")]
    [InlineData("""{"tenants":{}}""", "tenants")]
    public async Task What_is_wrong_is_refused_by_its_name(string body, string member)
    {
        var tenant = await product.GivenTenant();
        var request = new HttpRequestMessage(HttpMethod.Put, new Uri(tenant.Platform.ManagementUrl, $"/v1/tenants/{tenant.Slug}/rate-limits")) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {tenant.Platform.AdminKey}");
        request.Headers.TryAddWithoutValidation("If-Match", "*");

        var refused = await tenant.Send(request);

        Assert.Equal(400, refused.Status);
        Assert.True(refused.Json.GetProperty("errors").TryGetProperty(member, out _), refused.ToString());
    }

    [Fact]
    public async Task Usage_tells_how_full_each_bucket_is_and_takes_nothing()
    {
        var tenant = await product.GivenTenant();
        var key = await tenant.GivenKey(new { rateLimit = Rule(1, 5) });
        await tenant.GivenLimits(new { tenant = Rule(1, 9), methods = new Dictionary<string, object> { ["tools/list"] = new { limit = Rule(1, 4) } } });
        await key.ServedOf(3);

        await tenant.Rest(HttpMethod.Get, $"rate-limits/usage?key={key.KeyId}");
        var whole = (await tenant.Rest(HttpMethod.Get, "rate-limits/usage")).Items().Select(Told);
        var ofKey = (await tenant.Rest(HttpMethod.Get, $"rate-limits/usage?key={key.KeyId}")).Items().Select(Told);

        Assert.Equal(["tenant 9 6", "method 4 1"], whole);
        Assert.Equal(["key 5 2", "tenant 9 6", "method 4 1"], ofKey);

        static string Told(System.Text.Json.JsonElement level) => $"{level.GetProperty("limit").GetString()} {level.GetProperty("burst").GetInt32()} {level.GetProperty("available").GetInt32()}";
    }

    [Theory]
    [InlineData("key=aaaaaaaa", 404)]
    [InlineData("key=%2e%2e%2fx", 404)]
    [InlineData("principal=usr_nobody", 404)]
    [InlineData("address=nowhere", 400)]
    [InlineData("key=aaaaaaaa&principal=usr_nobody", 400)]
    public async Task Usage_of_nobody_is_refused(string query, int status) =>
        Assert.Equal(status, (await product.Lab.Rest(HttpMethod.Get, $"rate-limits/usage?{query}")).Status);

    [Fact]
    public async Task Another_tenants_key_is_nobodys_here()
    {
        var other = await product.GivenTenant();

        Assert.Equal(404, (await product.Lab.Rest(HttpMethod.Get, $"rate-limits/usage?key={other.KeyId}")).Status);
    }

    [Fact]
    public async Task A_change_is_on_record_with_who_made_it()
    {
        var tenant = await product.GivenTenant();

        await tenant.GivenLimits(new { tenant = Rule(600, 60) });

        Assert.Contains(await tenant.Platform.AuditEvents(tenant.Slug), entry => entry.GetProperty("action").GetString() == "rate-limits/set" && entry.GetProperty("outcome").GetString() == "ok");
    }
}
