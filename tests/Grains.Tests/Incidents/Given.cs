using Platform.Abstractions.Incidents;
using Platform.Grains.Incidents;

namespace Platform.Grains.Tests.Incidents;

/// <summary>What engines of incidents are tested with.</summary>
internal static class Given
{
    public const string Ann = "usr_ann";

    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static IncidentState Incident(IncidentStatus status = IncidentStatus.Detected, string? lessons = null) =>
        IncidentLifecycle.Open("inc_1", new OpenIncident { Title = "Somebody is in" }, Ann, Start) with { Status = status, Lessons = lessons };

    public static IncidentFact Fact(string action = "tenants/suspend", string? target = "demo") => new(Guid.NewGuid(), TimelineKind.Action, Start, Ann, action, target, "ok");
}
