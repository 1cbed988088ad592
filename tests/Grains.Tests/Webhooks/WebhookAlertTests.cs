using System.Text.Json;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Webhooks;
using Platform.Grains.Webhooks;
using Platform.Testing;

namespace Platform.Grains.Tests.Webhooks;

/// <summary>Alerts on their way to receivers.</summary>
[Collection(OnTheCluster.Name), Trait("Control", "AL-6")]
public sealed class WebhookAlertTests(SharedCluster shared) : IAsyncLifetime
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly string _host = $"a{Guid.NewGuid():N}.example";
    private TenantId _tenant;
    private string _webhook = "";

    public async ValueTask InitializeAsync()
    {
        _tenant = await _cluster.GivenTenantAsync();
        var added = await _cluster.For(_tenant).The<IWebhookIndexGrain>().AddAsync(new PutWebhook { Url = $"https://{_host}/", EventTypes = ["alert.fired", "alert.resolved"] }, GrainCluster.CallerOf(_tenant));
        _webhook = added.Try(out var made, out var refused) ? made.Webhook.Id : throw new InvalidOperationException(refused.Detail);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_alert_that_fires_and_is_resolved_is_told_both_times()
    {
        await FireAsync();
        var fired = Assert.Single(await Got(1));
        await _cluster.For(_tenant).The<IAlertRuleGrain>().ResolveAsync("auth-failures", GrainCluster.CallerOf(_tenant));

        var resolved = (await Got(2))[1];
        Assert.Equal(("alert.fired", "alert.resolved"), (Type(fired), Type(resolved)));
        var data = Json(resolved).GetProperty("data");
        Assert.Equal((_tenant.ToString(), "auth-failures", "auth_failures_per_minute", "resolved", 10, "usr_tester"),
            (data.GetProperty("tenant").GetString(), data.GetProperty("rule").GetString(), data.GetProperty("signal").GetString(), data.GetProperty("state").GetString(), data.GetProperty("value").GetInt32(), data.GetProperty("resolvedBy").GetString()));
        Assert.Equal(Json(fired).GetProperty("data").GetProperty("alert").GetString(), data.GetProperty("alert").GetString());
    }

    [Fact]
    public async Task A_silo_that_dies_between_the_alert_and_its_notice_loses_none()
    {
        // The notice cannot be taken, and the activation that knows of it ends: what is left is on disk.
        _cluster.Storage.FailWrite("webhook", _tenant, _webhook);
        await FireAsync();
        await _cluster.DeactivateAsync(_cluster.For(_tenant).The<IAlertRuleGrain>());
        await _cluster.DeactivateAsync(_cluster.For(_tenant).Get<IWebhookGrain>(_webhook));
        await _cluster.DeactivateAsync(_cluster.For(_tenant).The<IWebhookIndexGrain>());
        await _cluster.For(_tenant).The<IAlertRuleGrain>().ListAsync();

        Assert.Equal("alert.fired", Type(Assert.Single(await Got(1))));
    }

    [Fact]
    public async Task A_notice_that_was_not_taken_is_told_before_what_came_after_it_and_once()
    {
        _cluster.Storage.FailWrite("webhook", _tenant, _webhook);
        await FireAsync();
        await _cluster.For(_tenant).The<IAlertRuleGrain>().ResolveAsync("auth-failures", GrainCluster.CallerOf(_tenant));
        _cluster.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(["alert.fired", "alert.resolved"], (await Got(2)).Select(Type));
    }

    [Fact]
    public async Task A_silent_rule_tells_no_receiver_until_the_silence_ends()
    {
        var rules = _cluster.For(_tenant).The<IAlertRuleGrain>();
        await rules.SilenceAsync("auth-failures", new SilenceAlertRule { Until = _cluster.Clock.GetUtcNow().AddHours(1), Reason = "a drill" }, GrainCluster.CallerOf(_tenant));
        await FireAsync();
        Assert.Empty(_cluster.Receivers.Got(_host));

        await rules.UnsilenceAsync("auth-failures", GrainCluster.CallerOf(_tenant));
        Assert.Equal("alert.fired", Type(Assert.Single(await Got(1))));
    }

    [Fact]
    public async Task A_test_of_a_rule_says_that_it_is_one_and_which_channels_had_listeners()
    {
        Assert.True((await _cluster.For(_tenant).The<IAlertRuleGrain>().TestAsync("auth-failures", GrainCluster.CallerOf(_tenant))).Try(out var channels, out _));
        Assert.Equal([("log", true), ("webhooks", true)], channels.Select(channel => (channel.Channel, channel.Delivered)));
        Assert.Equal("alert.test", Type(Assert.Single(await Got(1))));

        var nobody = await _cluster.GivenTenantAsync();
        Assert.True((await _cluster.For(nobody).The<IAlertRuleGrain>().TestAsync("auth-failures", GrainCluster.CallerOf(nobody))).Try(out channels, out _));
        Assert.Equal([("log", true), ("webhooks", false)], channels.Select(channel => (channel.Channel, channel.Delivered)));
    }

    private Task FireAsync() => _cluster.For(_tenant).The<IAlertRuleGrain>().ReportAsync(new SignalBatch(Guid.NewGuid(), 1, [new SignalSecond { AgeMilliseconds = 0, AuthFailures = 10 }], 0));

    /// <summary>What a host got, after the cluster had time to do something.</summary>
    private async Task<WebhookRequest[]> SeenAsync(string host)
    {
        await Task.Delay(1);
        return _cluster.Receivers.Got(host);
    }

    private Task<WebhookRequest[]> Got(int count) => GrainCluster.EventuallyAsync(() => SeenAsync(_host), got => got.Length >= count);

    private static string? Type(WebhookRequest request) => Json(request).GetProperty("type").GetString();

    private static JsonElement Json(WebhookRequest request) => JsonSerializer.Deserialize<JsonElement>(request.Body);
}
