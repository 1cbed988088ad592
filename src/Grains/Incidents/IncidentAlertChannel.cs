using Platform.Abstractions.Incidents;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Alerts;

namespace Platform.Grains.Incidents;

/// <summary>Notes alerts in the timelines of the incidents that are not closed. What a silence keeps from people is kept from timelines too.</summary>
internal sealed class IncidentAlertChannel(TenantGrains grains) : IAlertChannel
{
    public string Name => "incidents";

    public bool ReachesPeople => false;

    public async Task<bool> TellAsync(AlertNotice notice, CancellationToken cancel)
    {
        var (isOver, alert) = (notice.Kind == AlertNewsKind.Resolved, notice.Alert);
        await grains.For(notice.Tenant).The<IIncidentIndexGrain>().RecordAsync(new IncidentFact(
            notice.Id,
            TimelineKind.Alert,
            (isOver ? alert.ResolvedAt : null) ?? alert.FiredAt,
            (isOver ? alert.ResolvedBy : null) ?? IncidentTimeline.System,
            isOver ? "alerts/resolve" : "alerts/fire",
            $"{alert.Rule}/{alert.Id}",
            "ok"));
        return true;
    }
}
