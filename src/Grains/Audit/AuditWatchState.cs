using Platform.Abstractions.Audit;

namespace Platform.Grains.Audit;

public sealed record AuditWatchState
{
    /// <summary>What no operator accepted yet; one for a trail.</summary>
    public AuditFinding[] Findings { get; init => field = value ?? []; } = [];
}
