using System.Text.Json;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Keys;

/// <summary>
/// A tenant's keys in memory, rebuilt from the keys' own rows. Reentrant: a key that is being stored tells this grain about itself.
/// </summary>
[GrainType("key-index"), Reentrant]
internal sealed class KeyIndexGrain(
    IStateIndex rows,
    TenantGrains grains,
    IOptions<GrainOptions> options,
    TimeProvider clock) : Grain, IKeyIndexGrain
{
    private readonly Dictionary<string, KeyView> _keys = new(StringComparer.Ordinal);
    private KeyView[]? _newestFirst;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await foreach (var row in rows.AllAsync(GrainContext.TenantOf().ToString(), "key", cancellationToken))
        {
            if (row.Info is not null && JsonSerializer.Deserialize(row.Info, GrainStateJson.Default.KeyView) is { } key)
            {
                _keys[key.Id] = key;
            }
        }
    }

    public async Task<Result<KeyIssued>> IssueAsync(IssueKey command, KeyKind kind, Caller caller)
    {
        var own = grains.For(GrainContext.TenantOf());
        if (!(await own.The<IRoleBookGrain>().RulesAsync(command.Roles)).Try(out _, out var unknown))
        {
            return unknown;
        }

        var token = KeyToken.Mint(kind, options.Value.Environment, out var id);
        var principal = $"svc_{id}";
        var created = await own.Get<IPrincipalGrain>(principal).CreateAsync(new CreatePrincipal(PrincipalKind.Service, command.Name.Trim(), command.Roles), caller);
        if (created.Problem is { } refused)
        {
            return refused;
        }

        var stored = await own.Get<IKeyGrain>(id).StoreAsync(command, kind, token, principal, caller);
        return stored.Try(out var key, out var failed) ? new KeyIssued(key, token) : failed;
    }

    public Task<KeyView[]> PageAsync(string? after, int pageSize)
    {
        _newestFirst ??= [.. _keys.Values.OrderByDescending(key => key.CreatedAt).ThenBy(key => key.Id, StringComparer.Ordinal)];
        var last = after is null ? -1 : Array.FindIndex(_newestFirst, key => string.Equals(key.Id, after, StringComparison.Ordinal));
        if (after is not null && last < 0)
        {
            // Keys are never removed, so this id was never given out: there is no page after it.
            return Task.FromResult<KeyView[]>([]);
        }

        var now = clock.GetUtcNow();
        return Task.FromResult(_newestFirst
            .Skip(last + 1)
            .Take(Math.Clamp(pageSize, 1, 201))
            .Select(key => key.At(now))
            .ToArray());
    }

    public Task<string[]> IdsAsync() => Task.FromResult(_keys.Keys.ToArray());

    public Task ChangedAsync(KeyView key)
    {
        _keys[key.Id] = key;
        _newestFirst = null;
        return Task.CompletedTask;
    }
}
