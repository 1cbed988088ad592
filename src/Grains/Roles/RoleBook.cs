using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;

namespace Platform.Grains.Roles;

/// <summary>A tenant's roles, and what they become by a change or why it is refused. Changes nothing in place: a change and its trial are judged by the same lines.</summary>
internal sealed class RoleBook
{
    private readonly RoleGraph _graph;

    private RoleBook(RoleBookState state, RoleGraph graph) => (State, _graph) = (state, graph);

    public RoleBookState State { get; }

    /// <summary>Roles of the tenant's own that deny something.</summary>
    public string[] Denying => [.. State.Roles.Select(role => role.Name).Where(name => _graph.Find(name) is { Deny.Length: > 0 })];

    public IEnumerable<string> Names => BuiltInRoles.All.Keys.Concat(State.Roles.Select(role => role.Name)).Order(StringComparer.Ordinal);

    /// <summary>What every role gives and takes.</summary>
    public AccessRule[] Rules => [.. Names.Select(name => Rule(name)!)];

    public static RoleBook Of(RoleBookState state) => RoleGraph.TryMake(state.Roles, out var graph) is { } fault ? throw new InvalidOperationException(fault) : new RoleBook(state, graph);

    /// <summary>Null when there is no such role.</summary>
    public AccessRule? Rule(string role) =>
        _graph.Find(role) is not { } rule ? null : string.Equals(role, BuiltInRoles.Guest, StringComparison.Ordinal) && !State.GuestAccess ? rule with { Allow = [] } : rule;

    public RoleDefinition? Find(string name) => Array.Find(State.Roles, role => string.Equals(role.Name, name, StringComparison.Ordinal));

    public Result<RoleBook> Create(string name, ReplaceRole command, Authority author, string by, DateTimeOffset now) =>
        BuiltInRoles.All.ContainsKey(name) || Find(name) is not null ? Problem.Conflict($"The role '{name}' exists.")
        : State.Roles.Length >= RoleRules.MaxRoles ? Problem.QuotaExceeded($"A tenant has at most {RoleRules.MaxRoles} roles of its own.")
        : Put(name, command, author, by, now);

    public Result<RoleBook> Replace(string name, ReplaceRole command, long? expected, Authority author, string by, DateTimeOffset now) =>
        BuiltInRoles.All.ContainsKey(name) ? Problem.Conflict($"The role '{name}' is built in and cannot be changed.")
        : Find(name) is not { } found ? Problem.NotFound("role")
        : found.IsOther(expected) ? Problem.PreconditionFailed()
        : Put(name, command, author, by, now);

    /// <summary>Who holds the role is not known here: see <see cref="Held"/>.</summary>
    public Result<RoleBook> Delete(string name, long? expected)
    {
        if (BuiltInRoles.All.ContainsKey(name))
        {
            return Problem.Conflict($"The role '{name}' is built in and cannot be deleted.");
        }

        if (Find(name) is not { } found)
        {
            return Problem.NotFound("role");
        }

        if (found.IsOther(expected))
        {
            return Problem.PreconditionFailed();
        }

        var heirs = State.Roles.Where(role => role.Inherits.Contains(name, StringComparer.Ordinal)).Select(role => role.Name).ToArray();
        if (heirs.Length > 0)
        {
            return Problem.Conflict($"The role '{name}' is inherited by {Some(heirs)}.");
        }

        RoleDefinition[] left = [.. State.Roles.Where(role => !string.Equals(role.Name, name, StringComparison.Ordinal))];
        return RoleGraph.TryMake(left, out var graph) is { } fault ? Problem.Conflict(fault) : new RoleBook(State with { Roles = left }, graph);
    }

    public Result<RoleBook> SetGuestAccess(GuestAccess command, Authority author) =>
        command.Enabled && !author.Held.Covers(BuiltInRoles.All[BuiltInRoles.Guest])
            ? Problem.PermissionDenied("every permission that the role guest grants")
            : new RoleBook(State with { GuestAccess = command.Enabled }, _graph);

    /// <summary>Why a role is not deleted; null when nobody has it.</summary>
    public static Problem? Held(string name, string[] holders) => holders.Length > 0 ? Problem.Conflict($"The role '{name}' is held by {Some(holders)}.") : null;

    private Result<RoleBook> Put(string name, ReplaceRole command, Authority author, string by, DateTimeOffset now)
    {
        var definition = new RoleDefinition
        {
            Name = name,
            Description = command.Description ?? "",
            Allow = command.Allow ?? [],
            Deny = command.Deny ?? [],
            Inherits = command.Inherits ?? [],
            ChangedAt = Later(Find(name)?.ChangedAt, now),
            ChangedBy = by,
        };
        RoleDefinition[] roles = [.. State.Roles.Where(role => !string.Equals(role.Name, name, StringComparison.Ordinal)), definition];
        if (roles.Sum(role => role.Allow.Sum(grant => grant.Length) + role.Deny.Sum(grant => grant.Length)) > RoleRules.MaxText)
        {
            return Problem.QuotaExceeded($"A tenant's roles have at most {RoleRules.MaxText} characters of permissions together.");
        }

        return RoleGraph.TryMake(roles, out var graph) is { } fault ? Problem.Invalid([new FieldError("inherits", fault)])
            : Excess(graph.Find(name)!, author.Held) is { } excess ? excess
            : new RoleBook(State with { Roles = roles }, graph);
    }

    /// <summary>No role has more than its author holds; and to stop denying something is to give it to every holder.</summary>
    private Problem? Excess(AccessRule rule, PermissionSet held)
    {
        if (!held.Covers(rule.Allow, rule.Deny))
        {
            return Problem.PermissionDenied("every permission that the role grants");
        }

        return _graph.Find(rule.Role) is { } before && !held.Covers(before.Deny.Except(rule.Deny, StringComparer.Ordinal))
            ? Problem.PermissionDenied("every permission that the role no longer denies")
            : null;
    }

    /// <summary>When a role was changed is its version, so it never happens twice at once.</summary>
    private static DateTimeOffset Later(DateTimeOffset? before, DateTimeOffset now) => before >= now ? before.Value.AddTicks(1) : now;

    private static string Some(string[] names) => names.Length <= 5 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(5))} and {names.Length - 5} more";
}
