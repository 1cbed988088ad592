using Platform.Abstractions.Identity;

namespace Platform.Admin.Components.Pages.Roles;

/// <summary>What rules say of an action as a whole; a deny goes before every allow, as it does when a request is judged.</summary>
internal enum MatrixState
{
    None,
    AllowedInPart,
    Allowed,
    DeniedInPart,
    Denied,
}

/// <summary>One cell: what holds there, and the rule that says so.</summary>
internal sealed record MatrixCell(MatrixState State, string? Rule);

/// <summary>Roles spread over areas and actions, wildcards written out. For the eye only: what a request may do, REST decides.</summary>
internal static class RoleMatrix
{
    public static MatrixCell At(string area, string action, IEnumerable<string> allow, IEnumerable<string> deny)
    {
        var denies = Concerning(area, action, deny);
        if (denies.Find(rule => rule.Pattern is null) is { } denied)
        {
            return new MatrixCell(MatrixState.Denied, denied.Text);
        }

        var allows = Concerning(area, action, allow);
        var allowed = allows.Find(rule => rule.Pattern is null) ?? allows.Find(_ => true);
        if (allowed is null)
        {
            return denies is [var only, ..] ? new MatrixCell(MatrixState.DeniedInPart, only.Text) : new MatrixCell(MatrixState.None, null);
        }

        return denies is [var part, ..]
            ? new MatrixCell(MatrixState.AllowedInPart, $"{allowed.Text}, but not {part.Text}")
            : new MatrixCell(allowed.Pattern is null ? MatrixState.Allowed : MatrixState.AllowedInPart, allowed.Text);
    }

    /// <summary>Rules that a cell of the matrix stands for exactly; the others need a line of text.</summary>
    public static bool IsCell(string rule, IReadOnlyList<PermissionArea> areas) => Permission.TryParse(rule, out var parsed)
        && parsed.Pattern is null
        && string.Equals(rule, $"{parsed.Area}:{parsed.Action}", StringComparison.Ordinal)
        && areas.Any(area => string.Equals(area.Name, parsed.Area, StringComparison.Ordinal) && area.Actions.Contains(parsed.Action, StringComparer.Ordinal));

    private static List<Permission> Concerning(string area, string action, IEnumerable<string> rules) =>
    [
        .. rules.Select(rule => Permission.TryParse(rule, out var parsed) ? parsed : null).OfType<Permission>()
            .Where(rule => rule.Area == "*" || (string.Equals(rule.Area, area, StringComparison.Ordinal) && (rule.Action == "*" || string.Equals(rule.Action, action, StringComparison.Ordinal)))),
    ];
}
