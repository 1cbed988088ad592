using Platform.Abstractions.Changes;
using Platform.Abstractions.Identity;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Roles;

public sealed record RoleBookState
{
    public RoleDefinition[] Roles { get; init; } = [];

    /// <summary>Off until somebody turns it on.</summary>
    public bool GuestAccess { get; init; }
}

[GrainType("role-book")]
internal sealed class RoleBookGrain(
    [PersistentState("roles")] IPersistentState<RoleBookState> state,
    TenantGrains grains,
    TimeProvider clock) : Grain, IRoleBookGrain
{
    // What is on disk: rules are asked for while a change is being written.
    private RoleGraph _graph = null!;
    private bool _guests;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (RoleGraph.TryMake(state.State.Roles, out _graph) is { } fault)
        {
            throw new InvalidOperationException(fault);
        }

        _guests = state.State.GuestAccess;
        return Task.CompletedTask;
    }

    public Task<Result<AccessRule[]>> RulesAsync(string[] roles)
    {
        var rules = new AccessRule[roles.Length];
        for (var i = 0; i < roles.Length; i++)
        {
            if (_graph.Find(roles[i]) is not { } rule)
            {
                return Task.FromResult<Result<AccessRule[]>>(Invalid("roles", $"There is no role '{roles[i]}'. Choose from {string.Join(", ", Names())}."));
            }

            rules[i] = string.Equals(rule.Role, BuiltInRoles.Guest, StringComparison.Ordinal) && !_guests ? rule with { Allow = [] } : rule;
        }

        return Task.FromResult<Result<AccessRule[]>>(rules);
    }

    public Task<string[]> DenyingAsync() => Task.FromResult(Denying(_graph, state.State.Roles));

    public Task<RoleView[]> ListAsync() =>
        Task.FromResult<RoleView[]>([.. BuiltInRoles.All.Select(BuiltIn).Concat(state.State.Roles.Select(View)).OrderBy(role => role.Name, StringComparer.Ordinal)]);

    public async Task<Result<RoleView>> CreateAsync(CreateRole command, Authority author)
    {
        if (BuiltInRoles.All.ContainsKey(command.Name) || Find(command.Name) is not null)
        {
            return Problem.Conflict($"The role '{command.Name}' exists.");
        }

        if (state.State.Roles.Length >= RoleRules.MaxRoles)
        {
            return Problem.QuotaExceeded($"A tenant has at most {RoleRules.MaxRoles} roles of its own.");
        }

        return await SaveAsync(command.Name, new ReplaceRole { Description = command.Description, Allow = command.Allow, Deny = command.Deny, Inherits = command.Inherits }, author);
    }

    public async Task<Result<RoleView>> ReplaceAsync(string name, ReplaceRole command, long? expected, Authority author)
    {
        if (BuiltInRoles.All.ContainsKey(name))
        {
            return Problem.Conflict($"The role '{name}' is built in and cannot be changed.");
        }

        return Find(name) is not { } found ? Problem.NotFound("role")
            : IsOther(found, expected) ? Problem.PreconditionFailed()
            : await SaveAsync(name, command, author);
    }

    public async Task<Problem?> DeleteAsync(string name, long? expected, Caller caller)
    {
        if (BuiltInRoles.All.ContainsKey(name))
        {
            return Problem.Conflict($"The role '{name}' is built in and cannot be deleted.");
        }

        if (Find(name) is not { } found)
        {
            return Problem.NotFound("role");
        }

        if (IsOther(found, expected))
        {
            return Problem.PreconditionFailed();
        }

        var heirs = state.State.Roles.Where(role => role.Inherits.Contains(name, StringComparer.Ordinal)).Select(role => role.Name).ToArray();
        if (heirs.Length > 0)
        {
            return Problem.Conflict($"The role '{name}' is inherited by {Some(heirs)}.");
        }

        var holders = await grains.For(GrainContext.TenantOf()).The<IPrincipalIndexGrain>().HoldersAsync(name);
        if (holders.Length > 0)
        {
            return Problem.Conflict($"The role '{name}' is held by {Some(holders)}.");
        }

        if ((await grains.For(GrainContext.TenantOf()).The<IIdentityProviderBookGrain>().ListAsync()).FirstOrDefault(provider => provider.Rules.Any(rule => rule.Roles.Contains(name, StringComparer.Ordinal))) is { } giver)
        {
            return Problem.Conflict($"The role '{name}' is given by the identity provider {giver.Id}.");
        }

        RoleDefinition[] left = [.. state.State.Roles.Where(role => !string.Equals(role.Name, name, StringComparison.Ordinal))];
        if (RoleGraph.TryMake(left, out var graph) is { } fault)
        {
            return Problem.Conflict(fault);
        }

        await state.SaveAsync(state.State with { Roles = left });
        _graph = graph;
        await PublishAsync(name);
        return null;
    }

    public Task<GuestAccess> GuestAccessAsync() => Task.FromResult(new GuestAccess(state.State.GuestAccess));

    public async Task<Result<GuestAccess>> SetGuestAccessAsync(GuestAccess command, GuestAccess expected, Authority author)
    {
        if (expected.Enabled != state.State.GuestAccess)
        {
            return Problem.PreconditionFailed();
        }

        if (command.Enabled && !author.Held.Covers(BuiltInRoles.All[BuiltInRoles.Guest]))
        {
            return Problem.PermissionDenied("every permission that the role guest grants");
        }

        if (command.Enabled != state.State.GuestAccess)
        {
            await state.SaveAsync(state.State with { GuestAccess = command.Enabled });
            _guests = command.Enabled;
        }

        await PublishAsync(BuiltInRoles.Guest);
        return command;
    }

    private async Task<Result<RoleView>> SaveAsync(string name, ReplaceRole command, Authority author)
    {
        var definition = new RoleDefinition
        {
            Name = name,
            Description = command.Description ?? "",
            Allow = command.Allow ?? [],
            Deny = command.Deny ?? [],
            Inherits = command.Inherits ?? [],
            ChangedAt = LaterThan(Find(name)?.ChangedAt),
            ChangedBy = author.Caller.NameIn(GrainContext.TenantOf()),
        };
        RoleDefinition[] roles = [.. state.State.Roles.Where(role => !string.Equals(role.Name, name, StringComparison.Ordinal)), definition];
        if (roles.Sum(role => role.Allow.Sum(grant => grant.Length) + role.Deny.Sum(grant => grant.Length)) > RoleRules.MaxText)
        {
            return Problem.QuotaExceeded($"A tenant's roles have at most {RoleRules.MaxText} characters of permissions together.");
        }

        if (RoleGraph.TryMake(roles, out var graph) is { } fault)
        {
            return Invalid("inherits", fault);
        }

        if (Excess(graph.Find(name)!, author.Held) is { } excess)
        {
            return excess;
        }

        // A role that begins to deny something could take what the last admin has.
        var denying = Denying(graph, roles);
        if (denying.Except(Denying(_graph, state.State.Roles), StringComparer.Ordinal).Any()
            && await Index.HasAdminAsync(Denying(_graph, state.State.Roles)) && !await Index.HasAdminAsync(denying))
        {
            return Problem.Conflict("The last admin has this role, and it would deny them something. Make somebody else an admin first.");
        }

        await state.SaveAsync(state.State with { Roles = roles });
        _graph = graph;
        await PublishAsync(name);
        return View(definition);
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

    private IPrincipalIndexGrain Index => grains.For(GrainContext.TenantOf()).The<IPrincipalIndexGrain>();

    private static string[] Denying(RoleGraph graph, RoleDefinition[] roles) => [.. roles.Select(role => role.Name).Where(name => graph.Find(name) is { Deny.Length: > 0 })];

    /// <summary>When a role was changed is its version, so it never happens twice at once.</summary>
    private DateTimeOffset LaterThan(DateTimeOffset? before) => before >= clock.GetUtcNow() ? before.Value.AddTicks(1) : clock.GetUtcNow();

    private static bool IsOther(RoleDefinition role, long? expected) => expected is not null && expected != View(role).Version;

    private RoleDefinition? Find(string name) => Array.Find(state.State.Roles, role => string.Equals(role.Name, name, StringComparison.Ordinal));

    private IEnumerable<string> Names() => BuiltInRoles.All.Keys.Concat(state.State.Roles.Select(role => role.Name)).Order(StringComparer.Ordinal);

    private Task PublishAsync(string role) =>
        grains.Platform.Get<IChangeFeedGrain>("changes").PublishAsync(new Change(GrainContext.TenantOf(), ChangeKind.Roles, role));

    private static string Some(string[] names) => names.Length <= 5 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(5))} and {names.Length - 5} more";

    private static Problem Invalid(string member, string fault) => Problem.Invalid([new FieldError(member, fault)]);

    private static RoleView BuiltIn(KeyValuePair<string, string[]> role) =>
        new() { Name = role.Key, Description = BuiltInRoles.DescriptionOf(role.Key), Allow = role.Value, Deny = [], Inherits = [], BuiltIn = true };

    private static RoleView View(RoleDefinition role) => new()
    {
        Name = role.Name,
        Description = role.Description,
        Allow = role.Allow,
        Deny = role.Deny,
        Inherits = role.Inherits,
        BuiltIn = false,
        ChangedAt = role.ChangedAt,
        ChangedBy = role.ChangedBy,
    };
}
