using Platform.Abstractions.Identity;
using Platform.Abstractions.Logins;

namespace Platform.Grains.Logins;

/// <summary>Whether a policy asks somebody for a second factor, by what they may do.</summary>
internal static class SecondFactorNeed
{
    /// <summary>Areas of using a tenant; every other one is of managing it.</summary>
    private static readonly string[] Used = ["tools", "resources", "prompts"];

    public static bool IsAsked(SecondFactorRule rule, IReadOnlyList<AccessRule> rules) => rule switch
    {
        SecondFactorRule.Recommended => false,
        SecondFactorRule.Admins => rules.Any(role => role.Allow.Any(Manages)),
        _ => true,
    };

    // Whoever changes how a tenant is managed, be it at times only or part of it; denies of other roles do not matter.
    private static bool Manages(string grant) =>
        Permission.TryParse(grant, out var permission) && permission.Action is ("*" or "write") && !Used.Contains(permission.Area, StringComparer.Ordinal);
}
