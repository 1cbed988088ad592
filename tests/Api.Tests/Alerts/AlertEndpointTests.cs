using System.Text;
using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Alerts;

[Trait("Control", "AL-6")]
public sealed class AlertEndpointTests(Product product) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private TenantClient _tenant = null!;

    public async ValueTask InitializeAsync() => _tenant = await product.GivenTenant();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Ten_refused_keys_fire_an_alert_that_an_admin_resolves_and_both_are_on_record()
    {
        await Refused(10);
        var firing = await Firing(1);
        Assert.Equal(("auth-failures", "auth_failures_per_minute", 10m, "firing"),
            (firing[0].GetProperty("rule").GetString(), firing[0].GetProperty("signal").GetString(), firing[0].GetProperty("value").GetDecimal(), firing[0].GetProperty("state").GetString()));

        var resolved = await _tenant.Rest(HttpMethod.Post, "alert-rules/auth-failures:resolve");
        Assert.Equal((200, "resolved"), (resolved.Status, resolved.Json.GetProperty("state").GetString()));
        Assert.Empty((await _tenant.Rest(HttpMethod.Get, "alerts?state=firing")).Items());
        Assert.Single((await _tenant.Rest(HttpMethod.Get, "alerts?state=resolved")).Items());
        Assert.Equal(409, (await _tenant.Rest(HttpMethod.Post, "alert-rules/auth-failures:resolve")).Status);

        var actions = (await product.Platform.AuditEvents(_tenant.Slug, 50)).Select(entry => entry.GetProperty("action").GetString()).ToArray();
        Assert.Equal((1, 1, 2), (actions.Count(action => action == "alerts/fire"), actions.Count(action => action == "alerts/resolve"), actions.Count(action => action == "alert-rules/resolve")));
    }

    [Fact]
    public async Task Nine_refused_keys_fire_nothing()
    {
        await Refused(9);

        await Counted("auth-failures", 9);
        Assert.Empty((await _tenant.Rest(HttpMethod.Get, "alerts")).Items());
    }

    [Fact]
    public async Task Served_requests_are_no_failures()
    {
        for (var i = 0; i < 12; i++)
        {
            Assert.Equal(200, (await _tenant.CallTool()).Status);
        }

        await Refused(1);
        await Counted("auth-failures", 1);
        Assert.Empty((await _tenant.Rest(HttpMethod.Get, "alerts")).Items());
    }

    [Fact]
    public async Task A_rule_is_changed_as_it_was_read_and_no_other_way()
    {
        var seen = await _tenant.Rest(HttpMethod.Get, "alert-rules/auth-failures");
        Assert.Equal((200, "\"0\""), (seen.Status, seen.Header("ETag")));
        var body = new { signal = "auth_failures_per_minute", threshold = 3, windowSeconds = 120 };

        Assert.Equal(428, (await Put("auth-failures", body)).Status);
        var changed = await Put("auth-failures", body, ("If-Match", "\"0\""));
        Assert.Equal((200, 3m, true), (changed.Status, changed.Json.GetProperty("threshold").GetDecimal(), changed.Json.GetProperty("builtIn").GetBoolean()));
        Assert.Equal(412, (await Put("auth-failures", body, ("If-Match", "\"0\""))).Status);
        Assert.Equal(200, (await Put("auth-failures", body, ("If-Match", changed.Header("ETag")!))).Status);

        await Refused(3);
        Assert.Equal(3, (await Firing(1))[0].GetProperty("value").GetDecimal());
    }

    [Fact]
    public async Task A_rule_of_ones_own_is_made_once_and_deleted()
    {
        var body = new { signal = "error_rate_percentage", threshold = 1.5, minimumSample = 10, description = "Ours." };
        Assert.Equal(412, (await Put("ours", body, ("If-Match", "*"))).Status);
        var made = await Put("ours", body, ("If-None-Match", "*"));
        Assert.Equal((201, $"/v1/tenants/{_tenant.Slug}/alert-rules/ours"), (made.Status, made.Header("Location")));
        Assert.Equal((false, 1.5m), (made.Json.GetProperty("builtIn").GetBoolean(), made.Json.GetProperty("threshold").GetDecimal()));
        Assert.Equal(412, (await Put("ours", body, ("If-None-Match", "*"))).Status);
        Assert.Equal(200, (await Put("ours", body, ("If-Match", made.Header("ETag")!))).Status);
        Assert.Contains("ours", (await _tenant.Rest(HttpMethod.Get, "alert-rules")).Items().Select(rule => rule.GetProperty("name").GetString()));

        Assert.Equal(428, (await Delete("ours")).Status);
        Assert.Equal(204, (await Delete("ours", ("If-Match", (await _tenant.Rest(HttpMethod.Get, "alert-rules/ours")).Header("ETag")!))).Status);
        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, "alert-rules/ours")).Status);
    }

    [Theory]
    [InlineData("""{"signal":"auth_failures_per_minute","threshold":0}""", "threshold")]
    [InlineData("""{"signal":"error_rate_percentage","threshold":100.1}""", "threshold")]
    [InlineData("""{"signal":"auth_failures_per_minute","threshold":10,"windowSeconds":9}""", "windowSeconds")]
    [InlineData("""{"signal":"auth_failures_per_minute","threshold":10,"windowSeconds":301}""", "windowSeconds")]
    [InlineData("""{"signal":"auth_failures_per_minute","threshold":10,"minimumSample":5}""", "minimumSample")]
    [InlineData("""{"signal":"auth_failures_per_minute","threshold":10,"resolveBelow":11}""", "resolveBelow")]
    [InlineData("""{"signal":"auth_failures_per_minute","threshold":10,"resolveAfterWindows":0}""", "resolveAfterWindows")]
    [InlineData("""{"signal":"auth_failures_per_minute","threshold":10,"description":"a\nb"}""", "description")]
    [InlineData("""{"signal":"memory_usage_percentage","threshold":10}""", "signal")]
    [InlineData("""{"signal":"made_up","threshold":10}""", "signal")]
    [InlineData("""{"signal":"auth_failures_per_minute","threshold":10,"owner":"me"}""", "owner")]
    public async Task A_rule_that_makes_no_sense_is_refused_by_the_member_at_fault(string body, string member)
    {
        var reply = await Send(HttpMethod.Put, "alert-rules/mine", Encoding.UTF8.GetBytes(body), ("If-None-Match", "*"));

        Assert.Equal((400, member), (reply.Status, Assert.Single(reply.Json.GetProperty("errors").EnumerateObject()).Name));
    }

    [Theory]
    [InlineData("Bad")]
    [InlineData("a..b")]
    [InlineData("-a")]
    public async Task What_is_no_name_is_no_rule(string name) => Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, $"alert-rules/{name}")).Status);

    [Fact]
    public async Task A_silence_keeps_an_alert_quiet_and_on_record_until_it_is_ended()
    {
        var until = DateTimeOffset.UtcNow.AddHours(1);
        Assert.Equal(400, (await _tenant.Rest(HttpMethod.Post, "alert-rules/auth-failures:silence", new { until })).Status);
        Assert.Equal(400, (await _tenant.Rest(HttpMethod.Post, "alert-rules/auth-failures:silence", new { until = until.AddDays(8), reason = "a drill" })).Status);
        var silenced = await _tenant.Rest(HttpMethod.Post, "alert-rules/auth-failures:silence", new { until, reason = "a drill" });
        Assert.Equal((200, "a drill"), (silenced.Status, silenced.Json.GetProperty("silence").GetProperty("reason").GetString()));

        await Refused(10);
        Assert.False((await Firing(1))[0].GetProperty("told").GetBoolean());
        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Post, "alert-rules/auth-failures:unsilence")).Status);
        Assert.True((await Firing(1))[0].GetProperty("told").GetBoolean());
    }

    [Fact]
    public async Task A_test_reaches_the_log()
    {
        var reply = await _tenant.Rest(HttpMethod.Post, "alert-rules/error-rate:test");

        Assert.Equal(200, reply.Status);
        Assert.Equal([("log", true, false), ("webhooks", false, false)], reply.Json.GetProperty("channels").EnumerateArray().Select(channel => (channel.GetProperty("channel").GetString(), channel.GetProperty("delivered").GetBoolean(), channel.GetProperty("failed").GetBoolean())));
        Assert.Empty((await _tenant.Rest(HttpMethod.Get, "alerts")).Items());
    }

    [Fact]
    public async Task The_platforms_rules_and_alerts_are_the_operators_alone()
    {
        var manager = await Manager(_tenant);
        foreach (var path in new[] { "alert-rules", "alert-rules/auth-failures", "alerts" })
        {
            Assert.Equal(403, (await product.Platform.Rest(HttpMethod.Get, $"/v1/platform/{path}", null, manager)).Status);
            Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Get, $"/v1/platform/{path}")).Status);
        }

        Assert.Equal(404, (await product.Platform.Rest(HttpMethod.Get, "/v1/tenants/_sys/alert-rules", null, manager)).Status);
        var (narrow, _) = await product.Platform.GivenOperator("alerts:read", "alerts:write");
        Assert.Equal(403, (await product.Platform.Rest(HttpMethod.Get, "/v1/platform/alert-rules", null, narrow)).Status);
        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Get, "alert-rules", credential: narrow)).Status);
    }

    [Fact]
    public async Task Another_tenants_admin_neither_sees_nor_changes_a_rule()
    {
        var stranger = await Manager(await product.GivenTenant());

        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, "alert-rules/auth-failures", credential: stranger)).Status);
        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, "alerts", credential: stranger)).Status);
        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Post, "alert-rules/auth-failures:resolve", credential: stranger)).Status);
    }

    [Fact]
    public async Task A_reader_of_alerts_changes_none()
    {
        var (reader, _) = await product.Platform.GivenOperator("alerts:read");

        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Get, "alerts", credential: reader)).Status);
        Assert.Equal(403, (await _tenant.Rest(HttpMethod.Post, "alert-rules/auth-failures:resolve", credential: reader)).Status);
        Assert.Equal(403, (await _tenant.Rest(HttpMethod.Post, "alert-rules/auth-failures:test", credential: reader)).Status);
    }

    private static async Task<string> Manager(TenantClient tenant) =>
        (await tenant.Rest(HttpMethod.Post, "keys", new { name = "manager", roles = new[] { "admin" }, kind = "management" })).Json.GetProperty("secret").GetString()!;

    private async Task Refused(int times)
    {
        var guesser = _tenant.With(KeyForge.OtherSecret(_tenant.Key));
        for (var i = 0; i < times; i++)
        {
            Assert.Equal(401, (await guesser.Call("tools/list")).Status);
        }
    }

    private async Task<JsonElement[]> Firing(int count) => await Until("alerts?state=firing", reply => reply.Items().Length >= count, reply => reply.Items());

    private Task<decimal> Counted(string rule, decimal value) =>
        Until($"alert-rules/{rule}", reply => reply.Json.GetProperty("value").GetDecimal() >= value, reply => reply.Json.GetProperty("value").GetDecimal());

    private async Task<T> Until<T>(string path, Predicate<Reply> wanted, Func<Reply, T> read)
    {
        var started = TimeProvider.System.GetTimestamp();
        var reply = await _tenant.Rest(HttpMethod.Get, path);
        while (!wanted(reply) && TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            await Task.Delay(50);
            reply = await _tenant.Rest(HttpMethod.Get, path);
        }

        return read(reply);
    }

    private Task<Reply> Put(string rule, object body, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Put, $"alert-rules/{rule}", JsonSerializer.SerializeToUtf8Bytes(body), headers);

    private Task<Reply> Delete(string rule, params (string Name, string Value)[] headers) => Send(HttpMethod.Delete, $"alert-rules/{rule}", null, headers);

    private Task<Reply> Send(HttpMethod method, string path, byte[]? body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, new Uri(product.Platform.ManagementUrl, $"/v1/tenants/{_tenant.Slug}/{path}")) { Content = body is null ? null : new ByteArrayContent(body) };
        request.Content?.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {product.Platform.AdminKey}");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return product.Platform.Send(request);
    }
}
