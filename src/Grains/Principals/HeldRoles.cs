using Platform.Abstractions.Identity;
using Platform.Abstractions.Principals;

namespace Platform.Grains.Principals;

/// <summary>The roles of a principal itself: always, at times, and for a while.</summary>
internal static class HeldRoles
{
    public static string[] Names(PrincipalView of, DateTimeOffset now) =>
        [.. of.Roles, .. of.ConditionalRoles.Select(role => role.Role), .. Running(of, now).Select(elevation => elevation.Role)];

    /// <summary>What they give, and when.</summary>
    /// <param name="of">Whose they are.</param>
    /// <param name="found">The rule of each of <see cref="Names"/>, in that order.</param>
    /// <param name="now">When it is asked.</param>
    public static IEnumerable<AccessRule> Rules(PrincipalView of, AccessRule[] found, DateTimeOffset now) =>
    [
        .. found.Take(of.Roles.Length),
        .. found.Skip(of.Roles.Length).Zip(of.ConditionalRoles, (rule, assigned) => rule with { Condition = assigned.Condition }),
        .. found.Skip(of.Roles.Length + of.ConditionalRoles.Length).Zip(Running(of, now), (rule, elevation) => rule with { Until = elevation.Until }),
    ];

    private static IEnumerable<Elevation> Running(PrincipalView of, DateTimeOffset now) => of.Elevations.Where(elevation => elevation.Until > now);
}
