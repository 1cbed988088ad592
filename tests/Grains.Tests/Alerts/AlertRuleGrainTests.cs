using System.Text.Json;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Grains.Alerts;
using Platform.Testing;
using static Platform.Grains.Tests.Alerts.Given;

namespace Platform.Grains.Tests.Alerts;

[Collection(OnTheCluster.Name), Trait("Control", "AL-6")]
public sealed class AlertRuleGrainTests(SharedCluster shared)
{
    private readonly GrainCluster _cluster = shared.Cluster;
    private readonly Guid _one = Guid.NewGuid();
    private readonly Guid _other = Guid.NewGuid();

    [Fact]
    public async Task Five_failures_on_each_of_two_silos_fire_and_five_and_four_do_not()
    {
        var (tenant, spared) = (await _cluster.GivenTenantAsync(), await _cluster.GivenTenantAsync());

        await _cluster.For(tenant, silo: 0).The<IAlertRuleGrain>().ReportAsync(Batch(_one, 1, Second(failures: 5)));
        await _cluster.For(tenant, silo: 1).The<IAlertRuleGrain>().ReportAsync(Batch(_other, 1, Second(failures: 5)));
        await _cluster.For(spared, silo: 0).The<IAlertRuleGrain>().ReportAsync(Batch(_one, 1, Second(failures: 5)));
        await _cluster.For(spared, silo: 1).The<IAlertRuleGrain>().ReportAsync(Batch(_other, 1, Second(failures: 4)));

        var alert = Assert.Single(await Alerts(tenant));
        Assert.Equal(("auth-failures", 10m, AlertState.Firing), (alert.Rule, alert.Value, alert.State));
        Assert.Empty(await Alerts(spared));
    }

    [Fact]
    public async Task A_batch_that_is_sent_again_counts_once_also_after_a_restart()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var grain = _cluster.For(tenant).The<IAlertRuleGrain>();
        await grain.ReportAsync(Batch(_one, 7, Second(failures: 9)));
        await grain.ReportAsync(Batch(_one, 7, Second(failures: 9)));
        await _cluster.DeactivateAsync(grain);
        await grain.ReportAsync(Batch(_one, 7, Second(failures: 9)));
        Assert.Empty(await Alerts(tenant));

        await grain.ReportAsync(Batch(_one, 8, Second(failures: 1)));
        Assert.Equal(10, Assert.Single(await Alerts(tenant)).Value);
    }

    [Fact]
    public async Task Counts_survive_a_restart_and_what_fires_goes_on_firing_once()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var grain = _cluster.For(tenant).The<IAlertRuleGrain>();
        await grain.ReportAsync(Batch(_one, 1, Second(failures: 6)));
        await _cluster.DeactivateAsync(grain);
        await grain.ReportAsync(Batch(_one, 2, Second(failures: 4)));
        await _cluster.DeactivateAsync(grain);

        Assert.Equal(AlertState.Firing, Assert.Single(await Alerts(tenant)).State);
        Assert.Single(await Recorded(tenant), record => record.GetProperty("action").GetString() == "alerts/fire");
    }

    [Fact]
    public async Task A_write_that_fails_loses_and_doubles_nothing()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var grain = _cluster.For(tenant).The<IAlertRuleGrain>();
        await grain.ReportAsync(Batch(_one, 1, Second(failures: 5)));
        _cluster.Storage.FailWrite("alert-rule", tenant);
        await Assert.ThrowsAnyAsync<Exception>(() => grain.ReportAsync(Batch(_one, 2, Second(failures: 4))));
        await _cluster.DeactivateAsync(grain);

        await grain.ReportAsync(Batch(_one, 2, Second(failures: 4)));
        Assert.Empty(await Alerts(tenant));
        await grain.ReportAsync(Batch(_one, 3, Second(failures: 1)));
        Assert.Equal(10, Assert.Single(await Alerts(tenant)).Value);
    }

    [Fact]
    public async Task It_is_resolved_by_itself_after_two_quiet_windows_and_both_are_on_record()
    {
        var tenant = await _cluster.GivenTenantAsync();
        await _cluster.For(tenant).The<IAlertRuleGrain>().ReportAsync(Batch(_one, 1, Second(failures: 12)));
        _cluster.Clock.Advance(TimeSpan.FromSeconds(110));
        Assert.Equal(AlertState.Firing, Assert.Single(await Alerts(tenant)).State);

        var alerts = await GrainCluster.EventuallyAsync(() => LaterAsync(() => Alerts(tenant)), alerts => alerts is [{ State: AlertState.Resolved }]);
        Assert.Equal((AlertState.Resolved, "system", 12m), (alerts[0].State, alerts[0].ResolvedBy, alerts[0].Peak));
        var records = await GrainCluster.EventuallyAsync(() => LaterAsync(() => Recorded(tenant)), records => records.Length == 2);
        Assert.Equal(["alerts/fire", "alerts/resolve"], records.Select(record => record.GetProperty("action").GetString()));
        Assert.All(records, record => Assert.Equal(("securityViolation", $"auth-failures/{alerts[0].Id}"), (record.GetProperty("class").GetString(), record.GetProperty("target").GetString())));
    }

    [Fact]
    public async Task What_somebody_resolved_at_once_stays_resolved()
    {
        var tenant = await _cluster.GivenTenantAsync();
        await _cluster.For(tenant).The<IAlertRuleGrain>().ReportAsync(Batch(_one, 1, Second(failures: 12)));
        await _cluster.For(tenant).The<IAlertRuleGrain>().ResolveAsync("auth-failures", GrainCluster.CallerOf(tenant)).Value();

        for (var second = 2; second < 12; second++)
        {
            _cluster.Clock.Advance(TimeSpan.FromSeconds(1));
            await _cluster.For(tenant).The<IAlertRuleGrain>().ReportAsync(Batch(_one, second, Second(failures: 1)));
        }

        Assert.Equal(AlertState.Resolved, Assert.Single(await Alerts(tenant), alert => alert.Value == 12).State);
        Assert.Equal(10, Assert.Single(await Alerts(tenant), alert => alert.State == AlertState.Firing).Value);
    }

    [Fact]
    public async Task An_alert_that_cannot_be_recorded_fires_all_the_same_and_is_recorded_later()
    {
        var tenant = await _cluster.GivenTenantAsync();
        _cluster.AuditLog.FailAppend(tenant);
        await _cluster.For(tenant).The<IAlertRuleGrain>().ReportAsync(Batch(_one, 1, Second(failures: 10)));
        Assert.Single(await Alerts(tenant));

        Assert.Single(await GrainCluster.EventuallyAsync(() => LaterAsync(() => Recorded(tenant)), records => records.Length == 1));
    }

    [Fact]
    public async Task A_late_batch_counts_when_it_happened_and_a_clock_of_a_node_does_not_matter()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var grain = _cluster.For(tenant).The<IAlertRuleGrain>();
        await grain.ReportAsync(Batch(_one, 1, Second(failures: 5, age: 70), Second(failures: 5, age: 5)));
        Assert.Empty(await Alerts(tenant));

        // 66 seconds ago: within a minute of the first five, though not of now.
        await grain.ReportAsync(Batch(_other, 1, Second(failures: 5, age: 66)));
        Assert.Equal(10, Assert.Single(await Alerts(tenant)).Value);
    }

    [Fact]
    public async Task A_flood_makes_neither_the_counts_nor_the_alerts_grow()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var grain = _cluster.For(tenant).The<IAlertRuleGrain>();
        for (var i = 1; i <= 600; i++)
        {
            await grain.ReportAsync(Batch(Guid.NewGuid(), 1, Second(failures: 1_000_000, violations: 1_000_000, age: i)));
        }

        Assert.Equal(2, (await Alerts(tenant)).Length);
        var rules = await grain.ListAsync();
        Assert.InRange(rules.Single(rule => rule.Name == "auth-failures").Value!.Value, 59_000_000, 61_000_000);
    }

    [Fact]
    public async Task What_fires_is_resolved_after_a_restart_though_nobody_asks()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var grain = _cluster.For(tenant).The<IAlertRuleGrain>();
        await grain.ReportAsync(Batch(_one, 1, Second(failures: 10)));
        await _cluster.DeactivateAsync(grain);
        _cluster.Clock.Advance(TimeSpan.FromMinutes(10));

        await grain.AsReference<IRemindable>().ReceiveReminder(AlertWatch.Name, default);

        var records = await Recorded(tenant);
        Assert.Equal(["alerts/fire", "alerts/resolve"], records.Select(record => record.GetProperty("action").GetString()));
    }

    [Fact]
    public async Task A_tenant_wakes_by_itself_while_something_fires_and_not_longer()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var grain = _cluster.For(tenant).The<IAlertRuleGrain>();
        await grain.ReportAsync(Batch(_one, 1, Second(failures: 10)));
        Assert.True(await GrainCluster.EventuallyAsync(() => LaterAsync(() => _cluster.IsRemindedAsync(grain, AlertWatch.Name)), reminded => reminded));

        await _cluster.For(tenant).The<IAlertRuleGrain>().ResolveAsync("auth-failures", GrainCluster.CallerOf(tenant));
        Assert.False(await GrainCluster.EventuallyAsync(() => LaterAsync(() => _cluster.IsRemindedAsync(grain, AlertWatch.Name)), reminded => !reminded));
    }

    [Fact]
    public async Task The_platforms_rules_are_of_the_platform_alone()
    {
        var tenant = await _cluster.GivenTenantAsync();
        Assert.Contains("memory-usage", (await _cluster.For(TenantId.Platform).The<IAlertRuleGrain>().ListAsync()).Select(rule => rule.Name));
        Assert.DoesNotContain("memory-usage", (await _cluster.For(tenant).The<IAlertRuleGrain>().ListAsync()).Select(rule => rule.Name));
    }

    private Task<T> LaterAsync<T>(Func<Task<T>> ask)
    {
        _cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        return ask();
    }

    private async Task<AlertView[]> Alerts(TenantId tenant) => await _cluster.For(tenant).The<IAlertRuleGrain>().AlertsAsync(null, null, 100);

    private async Task<JsonElement[]> Recorded(TenantId tenant) =>
        [.. (await _cluster.For(tenant).Get<IAuditStreamGrain>("0").ReadAsync(1, 100)).Select(view => JsonSerializer.Deserialize<JsonElement>(view.Record)).Where(record => record.GetProperty("action").GetString()!.StartsWith("alerts/", StringComparison.Ordinal))];
}
