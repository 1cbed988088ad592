using Platform.Abstractions.Identity;
using Platform.Abstractions.Roles;

namespace Platform.Abstractions.Principals;

/// <summary>What a principal may do, its groups' roles included, for those who judge requests. To be kept for seconds only.</summary>
[GenerateSerializer, Alias("principal-access"), Immutable]
public sealed record PrincipalAccess
{
    [Id(0)] public required string Principal { get; init; }
    [Id(1)] public required PrincipalKind Kind { get; init; }
    [Id(2)] public required string DisplayName { get; init; }

    /// <summary>Conditions are judged by whoever asks, for each request; what has ended is left out, what ends later says when.</summary>
    [Id(3)] public required AccessRule[] Rules { get; init; }

    /// <summary>True for somebody who is nothing but a guest while guest access is off: they are not let in.</summary>
    public static bool IsGuestShutOut(IReadOnlyList<AccessRule> rules) =>
        rules.Count > 0 && rules.All(rule => rule.Allow.Length == 0 && string.Equals(rule.Role, BuiltInRoles.Guest, StringComparison.Ordinal));

    /// <summary>The grants of rules that neither deny nor depend on anything; none when there is one that does, because a list of grants cannot say it.</summary>
    public static string[] PlainGrants(IReadOnlyList<AccessRule> rules) =>
        rules.All(rule => rule is { Deny: [], Condition: null, Until: null }) ? [.. rules.SelectMany(rule => rule.Allow).Distinct(StringComparer.Ordinal)] : [];
}
