using Platform.Abstractions.Roles;
using Platform.Admin.Session;

namespace Platform.Admin.Components.Pages.Roles;

/// <summary>A role while it is edited: the form's fields in, REST's command and the difference out.</summary>
internal sealed record RoleDraft
{
    public string Name { get; init; } = "";
    public string? Description { get; init; }
    public string[] Allow { get; init; } = [];
    public string[] Deny { get; init; } = [];
    public string[] Inherits { get; init; } = [];

    /// <summary>What it allows beside the cells of the matrix.</summary>
    public IEnumerable<string> OtherAllow(IReadOnlyList<PermissionArea> areas) => Allow.Where(rule => !RoleMatrix.IsCell(rule, areas));

    /// <summary>What it denies beside the cells of the matrix.</summary>
    public IEnumerable<string> OtherDeny(IReadOnlyList<PermissionArea> areas) => Deny.Where(rule => !RoleMatrix.IsCell(rule, areas));

    public static RoleDraft Of(RoleView role) => new() { Name = role.Name, Description = role.Description, Allow = role.Allow, Deny = role.Deny, Inherits = role.Inherits };

    /// <param name="form">With a field <c>cell.{area}.{action}</c> for each cell, and a line of text for each other rule.</param>
    /// <param name="name">Of the role that is edited; null for a new one, whose name is a field.</param>
    /// <param name="areas">Of the matrix.</param>
    public static RoleDraft Read(PostedForm form, string? name, IReadOnlyList<PermissionArea> areas) => new()
    {
        Name = name ?? form.Text("name") ?? "",
        Description = form.Text("description"),
        Allow = Rules(form, "allow", areas),
        Deny = Rules(form, "deny", areas),
        Inherits = form.All("inherits"),
    };

    /// <summary>What changes, in words: first what is gained, then what is lost, then the rest.</summary>
    public IReadOnlyList<RoleChange> ChangesFrom(RoleDraft before) =>
    [
        .. Allow.Except(before.Allow, StringComparer.Ordinal).Select(rule => new RoleChange(true, "allow", rule)),
        .. before.Deny.Except(Deny, StringComparer.Ordinal).Select(rule => new RoleChange(false, "deny", rule)),
        .. Inherits.Except(before.Inherits, StringComparer.Ordinal).Select(role => new RoleChange(true, "inherits", role)),
        .. before.Allow.Except(Allow, StringComparer.Ordinal).Select(rule => new RoleChange(false, "allow", rule)),
        .. Deny.Except(before.Deny, StringComparer.Ordinal).Select(rule => new RoleChange(true, "deny", rule)),
        .. before.Inherits.Except(Inherits, StringComparer.Ordinal).Select(role => new RoleChange(false, "inherits", role)),
        .. string.Equals(Description ?? "", before.Description ?? "", StringComparison.Ordinal) ? Array.Empty<RoleChange>()
            : [new RoleChange(false, "description", before.Description ?? ""), new RoleChange(true, "description", Description ?? "")],
    ];

    private static string[] Rules(PostedForm form, string effect, IReadOnlyList<PermissionArea> areas) =>
    [
        .. areas.SelectMany(area => area.Actions.Select(action => (Rule: $"{area.Name}:{action}", Field: $"cell.{area.Name}.{action}")))
            .Where(cell => string.Equals(form.Text(cell.Field), effect, StringComparison.Ordinal)).Select(cell => cell.Rule)
            .Concat((form.Text(effect) ?? "").Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Distinct(StringComparer.Ordinal),
    ];
}

/// <param name="Added">False for what is taken away.</param>
/// <param name="Member">allow, deny, inherits or description.</param>
/// <param name="Text">The rule, the role or the words.</param>
internal sealed record RoleChange(bool Added, string Member, string Text)
{
    /// <summary>What it means for whoever has the role: more, less, or neither.</summary>
    public string Effect => (Member, Added) switch
    {
        ("allow", true) or ("deny", false) => "gives",
        ("allow", false) or ("deny", true) => "takes",
        _ => "",
    };
}
