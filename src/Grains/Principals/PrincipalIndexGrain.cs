using System.Security.Cryptography;
using System.Text.Json;
using Orleans.Concurrency;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Principals;

/// <summary>
/// A tenant's principals in memory, rebuilt from their own rows. Reentrant: a principal that is being changed tells this grain about itself. What could take the
/// last admin away happens one at a time.
/// </summary>
[GrainType("principal-index"), Reentrant]
internal sealed class PrincipalIndexGrain(
    IStateIndex rows,
    TenantGrains grains,
    TimeProvider clock) : Grain, IPrincipalIndexGrain, IDisposable
{
    private readonly SortedDictionary<string, PrincipalView> _principals = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changes = new(1, 1);
    private PrincipalView[]? _byId;

    private TenantGrains.Scoped Own => grains.For(GrainContext.TenantOf());

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await foreach (var row in rows.AllAsync(GrainContext.TenantOf().ToString(), "principal", cancellationToken))
        {
            // A row from before there was an index shows nothing of itself.
            var view = row.Info switch
            {
                PrincipalState.Deleted => null,
                null => (await Own.Get<IPrincipalGrain>(row.Key).GetAsync()).Try(out var asked, out _) ? asked : null,
                _ => JsonSerializer.Deserialize(row.Info, GrainStateJson.Default.PrincipalView),
            };
            if (view is not null)
            {
                _principals.TryAdd(view.Id, view);
            }
        }
    }

    public Task<PrincipalView[]> PageAsync(PrincipalFilter? filter, string? after, int pageSize)
    {
        _byId ??= [.. _principals.Values];
        return Task.FromResult<PrincipalView[]>([.. _byId
            .Skip(after is null ? 0 : FirstBehind(_byId, after))
            .Where(principal => filter is null || filter.Wants(principal))
            .Take(Math.Clamp(pageSize, 1, 201))]);
    }

    private static int FirstBehind(PrincipalView[] byId, string after)
    {
        var (from, to) = (0, byId.Length);
        while (from < to)
        {
            var middle = (from + to) >>> 1;
            (from, to) = string.CompareOrdinal(byId[middle].Id, after) > 0 ? (from, middle) : (middle + 1, to);
        }

        return from;
    }

    public Task<bool> ExistsAsync(string principal) => Task.FromResult(_principals.ContainsKey(principal));

    public Task<string[]> HoldersAsync(string role)
    {
        var now = clock.GetUtcNow();
        return Task.FromResult<string[]>([.. _principals.Values
            .Where(principal => principal.Roles.Contains(role, StringComparer.Ordinal)
                || principal.ConditionalRoles.Any(assigned => string.Equals(assigned.Role, role, StringComparison.Ordinal))
                || principal.Elevations.Any(elevation => elevation.Until > now && string.Equals(elevation.Role, role, StringComparison.Ordinal)))
            .Select(principal => principal.Id)]);
    }

    public Task<bool> HasAdminAsync(string[] denying) => Task.FromResult(_principals.Values.Any(principal => IsAdmin(principal, denying, Find)));

    public Task<Result<PrincipalView>> AddAsync(AddPrincipal command, Authority author) => InTurnAsync<Result<PrincipalView>>(async () =>
    {
        if (_principals.Count >= PrincipalRules.MaxPrincipals)
        {
            return Problem.QuotaExceeded($"A tenant has at most {PrincipalRules.MaxPrincipals} principals.");
        }

        var name = command.Name ?? RandomNumberGenerator.GetString("0123456789abcdefghijklmnopqrstuvwxyz", 12);
        return await Own.Get<IPrincipalGrain>(PrincipalId.For(command.Kind, name)).AddAsync(command, author);
    });

    public Task<Result<PrincipalView>> AdmitAsync(string principal, AdmitPrincipal command) => InTurnAsync<Result<PrincipalView>>(async () =>
        !PrincipalId.IsExternal(principal) ? Problem.Unauthenticated()
        : Find(principal) is null && _principals.Count >= PrincipalRules.MaxPrincipals ? Problem.QuotaExceeded($"A tenant has at most {PrincipalRules.MaxPrincipals} principals.")
        : await Own.Get<IPrincipalGrain>(principal).AdmitAsync(command));

    public Task<Result<PrincipalView>> SetRolesAsync(string principal, SetRoles command, Authority author) => InTurnAsync<Result<PrincipalView>>(async () =>
        Find(principal) is not { } found ? Problem.NotFound("principal")
        : await LastAdminAsync(found with { Roles = command.Roles, ConditionalRoles = command.ConditionalRoles ?? [], Groups = command.Groups ?? [] }) is { } last ? last
        : await Own.Get<IPrincipalGrain>(principal).SetRolesAsync(command, author));

    public Task<Result<PrincipalView>> BlockAsync(string principal, BlockPrincipal command, Caller caller) => InTurnAsync<Result<PrincipalView>>(async () =>
        Find(principal) is not { } found ? await BlockSubjectAsync(principal, command, caller)
        : found.Kind == PrincipalKind.Group ? Problem.Conflict("A group cannot be blocked: what its roles deny would be allowed. Take its roles away instead.")
        : await LastAdminAsync(found with { Blocked = true }) is { } last ? last
        : await Own.Get<IPrincipalGrain>(principal).BlockAsync(command, caller));

    /// <summary>Who only ever came with a provider's tokens has no row. Blocking goes on beyond the bound on principals, but not without one.</summary>
    private async Task<Result<PrincipalView>> BlockSubjectAsync(string subject, BlockPrincipal command, Caller caller) =>
        !PrincipalId.IsSubject(subject) ? Problem.NotFound("principal")
        : _principals.Count >= 2 * PrincipalRules.MaxPrincipals ? Problem.QuotaExceeded($"A tenant has at most {2 * PrincipalRules.MaxPrincipals} principals, blocked ones included.")
        : await Own.Get<IPrincipalGrain>(subject).BlockAsync(command, caller);

    public Task<Problem?> DeleteAsync(string principal, Caller caller) => InTurnAsync<Problem?>(async () =>
    {
        if (Find(principal) is not { } found)
        {
            return Problem.NotFound("principal");
        }

        if (_principals.Values.FirstOrDefault(other => other.Groups.Contains(principal, StringComparer.Ordinal)) is { } member)
        {
            return Problem.Conflict($"The group has members, such as {member.Id}.");
        }

        return await LastAdminAsync(found with { Blocked = true }) ?? await Own.Get<IPrincipalGrain>(principal).DeleteAsync(caller);
    });

    public Task ChangedAsync(PrincipalView principal)
    {
        _principals[principal.Id] = principal;
        _byId = null;
        return Task.CompletedTask;
    }

    public Task RemovedAsync(string principal)
    {
        _principals.Remove(principal);
        _byId = null;
        return Task.CompletedTask;
    }

    public void Dispose() => _changes.Dispose();

    private PrincipalView? Find(string principal) => _principals.GetValueOrDefault(principal);

    /// <summary>
    /// A problem when the tenant would have no admin any more after a change to one principal, a group included. A person is replaced by a person only: whether a program's key is still known to
    /// anybody, nobody can tell. Only the role admin itself counts, given directly and for always, of somebody who is denied nothing;
    /// a provider's subject has it no longer than the provider says, and is none.
    /// </summary>
    private async Task<Problem?> LastAdminAsync(PrincipalView after)
    {
        var denying = await Own.The<IRoleBookGrain>().DenyingAsync();
        var (had, have) = (Kinds(Find), Kinds(id => string.Equals(id, after.Id, StringComparison.Ordinal) ? after : Find(id)));
        return (had.People && !have.People) || (had.Any && !have.Any)
            ? Problem.Conflict("This is the last active admin, or would deny them something. Make somebody else one first.")
            : null;

        (bool People, bool Any) Kinds(Func<string, PrincipalView?> find)
        {
            var admins = _principals.Keys.Select(id => find(id)!).Where(principal => IsAdmin(principal, denying, find)).ToArray();
            return (admins.Any(admin => admin.Kind == PrincipalKind.User), admins.Length > 0);
        }
    }

    private static bool IsAdmin(PrincipalView principal, string[] denying, Func<string, PrincipalView?> find) =>
        !principal.Blocked && principal.Kind != PrincipalKind.Group && !PrincipalId.IsExternal(principal.Id) && principal.Roles.Contains(BuiltInRoles.Admin, StringComparer.Ordinal)
        && !principal.Roles.Concat(principal.ConditionalRoles.Select(role => role.Role)).Concat(principal.Groups.SelectMany(group => find(group) is { } shared ? shared.Roles.Concat(shared.ConditionalRoles.Select(role => role.Role)) : []))
            .Any(role => denying.Contains(role, StringComparer.Ordinal));

    private async Task<T> InTurnAsync<T>(Func<Task<T>> change)
    {
        await _changes.WaitAsync();
        try
        {
            return await change();
        }
        finally
        {
            _changes.Release();
        }
    }
}
