using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;

namespace Platform.Grains.Principals;

/// <summary>Why a principal is not added or not given something: the same words from the index, which tries, and from the principal, which does it.</summary>
internal static class PrincipalRefusals
{
    public static Problem Full() => Problem.QuotaExceeded($"A tenant has at most {PrincipalRules.MaxPrincipals} principals.");

    public static Problem Used() => Problem.Conflict("The id is taken, or was once.");

    public static Problem NoGroup(string group) => Problem.Invalid([new FieldError("groups", $"There is no group '{group}'.")]);

    public static Problem GroupInGroup() => Problem.Invalid([new FieldError("groups", "A group is in no group.")]);
}
