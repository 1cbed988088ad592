using Platform.Abstractions.Audit;

namespace Platform.Grains.Audit;

public sealed record AuditWatchState
{
    /// <summary>What no operator accepted yet; one for a trail.</summary>
    public AuditFinding[] Findings { get; init => field = value ?? []; } = [];

    /// <summary>Ids of those that are not on record everywhere, or whose tenant may not be read-only yet.</summary>
    public Guid[] Uncontained { get; init => field = value ?? []; } = [];
}
