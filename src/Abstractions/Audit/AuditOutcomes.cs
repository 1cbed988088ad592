using System.Collections.Frozen;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Audit;

/// <summary>What an event can say came of it.</summary>
public static class AuditOutcomes
{
    public const string Ok = "ok";

    /// <summary>Whoever asked went away before it was answered.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>All of them: besides these the code of a problem, and of a finding its fault.</summary>
    private static readonly FrozenSet<string> All =
        ProblemCatalogue.All.Select(row => row.Value.Slug).Concat(AuditFault.All).Concat([Ok, Cancelled, AuditIntent.Unfinished]).ToFrozenSet(StringComparer.Ordinal);

    public static bool Has(string text) => All.Contains(text);
}
