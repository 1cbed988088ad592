using Platform.Abstractions.Alerts;
using Platform.Abstractions.Incidents;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Testing;

namespace Platform.Grains.Tests.Incidents;

[Collection(OnTheCluster.Name), Trait("Control", "IR-1")]
public sealed class IncidentGrainTests(SharedCluster shared)
{
    private readonly GrainCluster _cluster = shared.Cluster;

    [Fact]
    public async Task Incidents_and_their_timelines_survive_a_restart_and_are_listed_newest_first()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var first = await OpenAsync(tenant, "first");
        _cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await OpenAsync(tenant, "second");
        await _cluster.For(tenant).Get<IIncidentGrain>(first).NoteAsync(new AddTimelineNote { Text = "seen" }, GrainCluster.CallerOf(tenant));
        await _cluster.DeactivateAsync(_cluster.For(tenant).Get<IIncidentGrain>(first));
        await _cluster.DeactivateAsync(Index(tenant));

        Assert.Equal([second, first], (await Index(tenant).PageAsync(new IncidentFilter(null, null, null), null, 10)).Select(incident => incident.Id));
        Assert.Equal([first], (await Index(tenant).PageAsync(new IncidentFilter(null, null, null), second, 10)).Select(incident => incident.Id));
        Assert.Equal(["Opened as detected.", "seen"], (await _cluster.For(tenant).Get<IIncidentGrain>(first).TimelineAsync(0, 10)).Select(entry => entry.Text));
    }

    [Fact]
    public async Task A_fact_is_noted_in_every_incident_that_is_not_closed_and_in_no_other_tenants()
    {
        var (tenant, other) = (await _cluster.GivenTenantAsync(), await _cluster.GivenTenantAsync());
        var (open, closed, foreign) = (await OpenAsync(tenant, "open"), await OpenAsync(tenant, "closed"), await OpenAsync(other, "foreign"));
        Assert.Null((await _cluster.For(tenant).Get<IIncidentGrain>(closed).CloseAsync(new CloseIncident { FalseAlarm = true, Lessons = "none" }, null, GrainCluster.CallerOf(tenant))).Problem);

        await Index(tenant).RecordAsync(Given.Fact());

        Assert.Equal((2, 2, 1), (await EntriesAsync(tenant, open), await EntriesAsync(tenant, closed), await EntriesAsync(other, foreign)));
    }

    [Fact]
    public async Task An_alert_that_fires_is_noted_by_itself_and_can_open_an_incident()
    {
        var tenant = await _cluster.GivenTenantAsync();
        var open = await OpenAsync(tenant, "open");
        await _cluster.For(tenant).The<IAlertRuleGrain>().ReportAsync(new SignalBatch(Guid.NewGuid(), 1, [new SignalSecond { AgeMilliseconds = 0, AuthFailures = 10, RateLimitViolations = 0, Requests = 0, Errors = 0 }], 0));
        var alert = Assert.Single(await _cluster.For(tenant).The<IAlertRuleGrain>().AlertsAsync(null, null, 10));

        var timeline = await GrainCluster.EventuallyAsync(() => _cluster.For(tenant).Get<IIncidentGrain>(open).TimelineAsync(0, 10), entries => entries.Length > 1);
        Assert.Equal((TimelineKind.Alert, "system", "alerts/fire", $"auth-failures/{alert.Id}"), (timeline[1].Kind, timeline[1].By, timeline[1].Action, timeline[1].Target));
        Assert.True((await Index(tenant).OpenAsync(new OpenIncident { Alerts = [alert.Id] }, GrainCluster.CallerOf(tenant))).Try(out var opened, out _));
        Assert.Equal(("Alert auth-failures", alert.FiredAt), (opened.Title, opened.StartedAt));
    }

    [Fact]
    public async Task An_alert_of_another_tenant_opens_nothing()
    {
        var (tenant, other) = (await _cluster.GivenTenantAsync(), await _cluster.GivenTenantAsync());
        await _cluster.For(other).The<IAlertRuleGrain>().ReportAsync(new SignalBatch(Guid.NewGuid(), 1, [new SignalSecond { AgeMilliseconds = 0, AuthFailures = 10, RateLimitViolations = 0, Requests = 0, Errors = 0 }], 0));
        var alert = Assert.Single(await _cluster.For(other).The<IAlertRuleGrain>().AlertsAsync(null, null, 10));

        Assert.Equal("alerts", (await Index(tenant).OpenAsync(new OpenIncident { Alerts = [alert.Id] }, GrainCluster.CallerOf(tenant))).Problem!.Errors[0].Name);
        Assert.Empty(await Index(tenant).PageAsync(new IncidentFilter(null, null, null), null, 10));
    }

    [Fact]
    public async Task Open_incidents_are_bounded()
    {
        var tenant = await _cluster.GivenTenantAsync();
        for (var i = 0; i < IncidentRules.MaxOpen; i++)
        {
            await OpenAsync(tenant, $"number {i}");
        }

        Assert.Equal(ProblemCode.QuotaExceeded, (await Index(tenant).OpenAsync(new OpenIncident { Title = "one more" }, GrainCluster.CallerOf(tenant))).Problem!.Code);
    }

    private IIncidentIndexGrain Index(TenantId tenant) => _cluster.For(tenant).The<IIncidentIndexGrain>();

    private async Task<int> EntriesAsync(TenantId tenant, string id) => (await _cluster.For(tenant).Get<IIncidentGrain>(id).TimelineAsync(0, 100)).Length;

    private async Task<string> OpenAsync(TenantId tenant, string title) =>
        (await Index(tenant).OpenAsync(new OpenIncident { Title = title }, GrainCluster.CallerOf(tenant))).Try(out var opened, out _) ? opened.Id : throw new InvalidOperationException();
}
