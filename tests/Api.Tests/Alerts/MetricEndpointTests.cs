using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Alerts;

[Trait("Control", "AL-6")]
public sealed class MetricEndpointTests(Product product) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private TenantClient _tenant = null!;

    public async ValueTask InitializeAsync() => _tenant = await product.GivenTenant();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_happened_is_in_the_series_and_in_the_test_of_a_rule_and_fires_nothing()
    {
        var guesser = _tenant.With(KeyForge.OtherSecret(_tenant.Key));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(401, (await guesser.Call("tools/list")).Status);
        }

        await CountedAsync(3);
        var series = (await _tenant.Rest(HttpMethod.Get, "alert-metrics/auth_failures_per_minute?step=10")).Json;
        Assert.Equal((3m, "auth_failures_per_minute", 10), (series.GetProperty("points").EnumerateArray().Sum(point => point.GetProperty("value").GetDecimal()), series.GetProperty("metric").GetString(), series.GetProperty("stepSeconds").GetInt32()));

        var stricter = await _tenant.Rest(HttpMethod.Post, "alert-rules:backTest", new { rule = new { signal = "auth_failures_per_minute", threshold = 3 } });
        Assert.Equal((200, 1, true), (stricter.Status, stricter.Json.GetProperty("fired").GetInt32(), stricter.Json.GetProperty("exact").GetBoolean()));
        Assert.Equal(3, stricter.Json.GetProperty("alerts")[0].GetProperty("value").GetDecimal());
        var known = await _tenant.Rest(HttpMethod.Post, "alert-rules/auth-failures:backTest", new { });
        Assert.Equal((200, 0), (known.Status, known.Json.GetProperty("fired").GetInt32()));
        Assert.Empty((await _tenant.Rest(HttpMethod.Get, "alerts")).Items());
    }

    [Theory]
    [InlineData("auth_failures_per_minute")]
    [InlineData("rate_limit_violations_per_minute")]
    [InlineData("error_rate_percentage")]
    [InlineData("latency_p95_milliseconds")]
    [InlineData("request_size_p95_bytes")]
    public async Task Every_metric_of_a_tenant_has_a_series(string metric)
    {
        var reply = await _tenant.Rest(HttpMethod.Get, $"alert-metrics/{metric}?from=2026-01-01&to=2999-01-01");
        Assert.Equal((400, "from"), (reply.Status, Assert.Single(reply.Json.GetProperty("errors").EnumerateObject()).Name));
        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Get, $"alert-metrics/{metric}")).Status);
    }

    [Theory]
    [InlineData("memory_usage_percentage")]
    [InlineData("AuthFailures")]
    [InlineData("0")]
    [InlineData("made_up")]
    public async Task What_no_tenant_measures_is_no_metric(string metric) => Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, $"alert-metrics/{metric}")).Status);

    [Fact]
    public async Task The_platform_has_a_series_of_memory() =>
        Assert.Equal(200, (await product.Platform.Rest(HttpMethod.Get, "/v1/platform/alert-metrics/memory_usage_percentage")).Status);

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=1", "to")]
    [InlineData("to=0001-01-01", "from")]
    [InlineData("from=9999-12-31&to=9999-12-31T23:59:59.9999999Z", "from")]
    [InlineData("step=1.5", "step")]
    [InlineData("step=-10", "step")]
    [InlineData("step=0", "step")]
    [InlineData("step=7", "step")]
    [InlineData("step=99999999999", "step")]
    public async Task A_period_that_makes_no_sense_is_refused_by_the_member_at_fault(string query, string member)
    {
        var reply = await _tenant.Rest(HttpMethod.Get, $"alert-metrics/error_rate_percentage?{query}");

        Assert.Equal((400, member), (reply.Status, Assert.Single(reply.Json.GetProperty("errors").EnumerateObject()).Name));
    }

    [Theory]
    [InlineData("""{"rule":{"signal":"auth_failures_per_minute","threshold":0}}""", "rule.threshold")]
    [InlineData("""{"rule":{"signal":"memory_usage_percentage","threshold":5}}""", "rule.signal")]
    [InlineData("""{"rule":{"signal":"auth_failures_per_minute","threshold":5},"from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}""", "to")]
    [InlineData("""{"rule":{"signal":"auth_failures_per_minute","threshold":5},"from":"2026-01-02T00:00:00Z"}""", "from")]
    [InlineData("""{"rule":{"signal":"auth_failures_per_minute","threshold":5},"to":"0001-01-01T00:00:00Z"}""", "to")]
    public async Task A_test_that_makes_no_sense_is_refused_by_the_member_at_fault(string body, string member)
    {
        var reply = await _tenant.Rest(HttpMethod.Post, "alert-rules:backTest", JsonSerializer.Deserialize<JsonElement>(body));

        Assert.Equal((400, member), (reply.Status, Assert.Single(reply.Json.GetProperty("errors").EnumerateObject()).Name));
    }

    [Fact]
    public async Task A_test_of_a_rule_that_is_not_there_is_not_found() => Assert.Equal(404, (await _tenant.Rest(HttpMethod.Post, "alert-rules/no-such-rule:backTest", new { })).Status);

    [Fact]
    public async Task Who_reads_alerts_reads_series_and_tests_rules_and_a_stranger_does_neither()
    {
        var (reader, _) = await product.Platform.GivenOperator("alerts:read");
        var other = await product.GivenTenant();
        var stranger = (await other.Rest(HttpMethod.Post, "keys", new { name = "manager", roles = new[] { "admin" }, kind = "management" })).Json.GetProperty("secret").GetString()!;

        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Get, "alert-metrics/error_rate_percentage", credential: reader)).Status);
        Assert.Equal(200, (await _tenant.Rest(HttpMethod.Post, "alert-rules/auth-failures:backTest", new { }, reader)).Status);
        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Get, "alert-metrics/error_rate_percentage", credential: stranger)).Status);
        Assert.Equal(404, (await _tenant.Rest(HttpMethod.Post, "alert-rules/auth-failures:backTest", new { }, stranger)).Status);
        Assert.Equal(403, (await product.Platform.Rest(HttpMethod.Get, "/v1/platform/alert-metrics/error_rate_percentage", null, reader)).Status);
    }

    private async Task CountedAsync(decimal failures)
    {
        var started = TimeProvider.System.GetTimestamp();
        while ((await _tenant.Rest(HttpMethod.Get, "alert-rules/auth-failures")).Json.GetProperty("value").GetDecimal() < failures)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "The failures were not counted.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
