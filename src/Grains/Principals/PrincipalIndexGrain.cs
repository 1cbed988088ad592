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
        return Task.FromResult<string[]>([.. _principals.Values.Where(principal => HeldRoles.Names(principal, now).Contains(role, StringComparer.Ordinal)).Select(principal => principal.Id)]);
    }

    public Task<bool> HasAdminAsync(string[] denying) => Task.FromResult(Admins.Any(_principals, denying));

    public Task<Result<PrincipalView>> AddAsync(AddPrincipal command, Authority author) => InTurnAsync<Result<PrincipalView>>(async () =>
    {
        if (_principals.Count >= PrincipalRules.MaxPrincipals)
        {
            return PrincipalRefusals.Full();
        }

        var name = command.Name ?? RandomNumberGenerator.GetString("0123456789abcdefghijklmnopqrstuvwxyz", 12);
        return await Own.Get<IPrincipalGrain>(PrincipalId.For(command.Kind, name)).AddAsync(command, author);
    });

    public Task<Result<PrincipalView>> AdmitAsync(string principal, AdmitPrincipal command) => InTurnAsync<Result<PrincipalView>>(async () =>
        !PrincipalId.IsExternal(principal) ? Problem.Unauthenticated()
        : Find(principal) is null && _principals.Count >= PrincipalRules.MaxPrincipals ? PrincipalRefusals.Full()
        : await Own.Get<IPrincipalGrain>(principal).AdmitAsync(command));

    public Task<Result<PrincipalView>> SetRolesAsync(string principal, SetRoles command, Authority author) => InTurnAsync<Result<PrincipalView>>(async () =>
        Find(principal) is not { } found ? Problem.NotFound("principal")
        : await LastAdminAsync(found with { Roles = command.Roles, ConditionalRoles = command.ConditionalRoles ?? [], Groups = command.Groups ?? [] }) is { } last ? last
        : await Own.Get<IPrincipalGrain>(principal).SetRolesAsync(command, author));

    public async Task<MemberTrialResult> TryAsync(MemberTrial trial, Authority author)
    {
        var paper = new PrincipalTrial(_principals, trial, author.Held, clock.GetUtcNow());
        List<TrialFault> members = [], roles = [];
        foreach (var draft in trial.Put)
        {
            // A trial changes nothing, and keeps nobody waiting for all of it.
            await Task.Yield();
            var isUsed = !_principals.ContainsKey(draft.Id) && await Own.Get<IPrincipalGrain>(draft.Id).RecordAsync() is not null;
            if (paper.Put(draft, isUsed) is { } refused)
            {
                members.Add(new TrialFault(draft.Id, refused));
            }
        }

        foreach (var role in trial.Deleted)
        {
            if (paper.Delete(role) is { } refused)
            {
                roles.Add(new TrialFault(role, refused));
            }
        }

        return new MemberTrialResult { Members = [.. members], Roles = [.. roles] };
    }

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

    private async Task<Problem?> LastAdminAsync(PrincipalView after) => Admins.CheckLast(_principals, after, await Own.The<IRoleBookGrain>().DenyingAsync());

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
