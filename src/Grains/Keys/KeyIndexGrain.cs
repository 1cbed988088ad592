using System.Text.Json;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Keys;

/// <summary>
/// A tenant's keys in memory, rebuilt from the keys' own rows. Reentrant: a key that is being stored tells this grain about itself.
/// </summary>
[GrainType("key-index"), Reentrant]
internal sealed class KeyIndexGrain(
    [PersistentState("policy")] IPersistentState<KeyPolicyState> state,
    IStateIndex rows,
    TenantGrains grains,
    IOptions<GrainOptions> options,
    TimeProvider clock) : Grain, IKeyIndexGrain
{
    /// <summary>Keys of one tenant that work at the same time.</summary>
    private const int MaxActive = 10_000;

    private KeyOrder _keys = new([]);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var keys = new List<KeyView>();
        await foreach (var row in rows.AllAsync(GrainContext.TenantOf().ToString(), "key", cancellationToken))
        {
            if (row.Info is not null && JsonSerializer.Deserialize(row.Info, GrainStateJson.Default.KeyView) is { } key)
            {
                keys.Add(key);
            }
        }

        _keys = new KeyOrder(keys);
    }

    public async Task<Result<KeyIssued>> IssueAsync(IssueKey command, KeyKind kind, Caller caller)
    {
        var now = clock.GetUtcNow();
        if (_keys.ActiveAt(now) >= MaxActive)
        {
            return Problem.QuotaExceeded($"A tenant has at most {MaxActive} active keys; revoke those that nobody uses.");
        }

        if (LifeOf(command, now, out var expiresAt) is { } tooLong)
        {
            return tooLong;
        }

        if (!(await MintAsync(kind)).Try(out var minted, out var taken))
        {
            return taken;
        }

        if (!(await PrincipalAsync(command, minted.Id, caller)).Try(out var principal, out var refused))
        {
            return refused;
        }

        return await StoreAsync(minted, new StoreKey
        {
            Kind = kind,
            Token = minted.Token,
            Name = command.Name.Trim(),
            Principal = principal.Id,
            Roles = principal.Roles,
            Scopes = command.Scopes,
            AllowedAddresses = command.AllowedAddresses,
            ExpiresAt = expiresAt,
            RateLimit = command.RateLimit,
        }, caller);
    }

    public async Task<Result<KeyIssued>> RotateAsync(string id, RotateKey command, Caller caller)
    {
        var now = clock.GetUtcNow();
        if (!_keys.TryGet(id, out var old))
        {
            return Problem.NotFound("key");
        }

        // Asked beforehand only so that a key which cannot be rotated leaves none behind; the key itself decides.
        if (old.At(now).Status != KeyStatus.Active || old.ReplacedBy is not null)
        {
            return Problem.Conflict("The key is not active, or was rotated already.");
        }

        if (!(await MintAsync(old.Kind)).Try(out var minted, out var taken))
        {
            return taken;
        }

        var stored = await StoreAsync(minted, new StoreKey
        {
            Kind = old.Kind,
            Token = minted.Token,
            Name = old.Name,
            Principal = old.Principal,
            Roles = old.Roles,
            Scopes = old.Scopes,
            AllowedAddresses = old.AllowedAddresses,
            ExpiresAt = EndOfFollower(old, now),
            RateLimit = old.RateLimit,
            Replaces = id,
        }, caller);
        if (!stored.Try(out var issued, out var failed))
        {
            return failed;
        }

        var replaced = await Own.Get<IKeyGrain>(id).ReplaceAsync(minted.Id, now + TimeSpan.FromSeconds(command.OverlapSeconds), caller);
        if (replaced.Problem is not { } refused)
        {
            return issued;
        }

        // Two rotations at once: this one lost, and nobody knows the key that it made.
        await Own.Get<IKeyGrain>(minted.Id).RevokeAsync(caller);
        return refused;
    }

    public Task<KeyView[]> PageAsync(string? after, int pageSize, KeyFilter? filter = null) =>
        Task.FromResult(_keys.Page(after, Math.Clamp(pageSize, 1, 201), filter, clock.GetUtcNow()));

    public Task<KeyPolicy> PolicyAsync() => Task.FromResult(Policy);

    public async Task<Result<KeyPolicy>> SetPolicyAsync(KeyPolicy policy, KeyPolicy expected, Caller caller)
    {
        if (expected != Policy)
        {
            return Problem.PreconditionFailed();
        }

        await state.SaveAsync(new KeyPolicyState { MaxLifeDays = policy.MaxLifeDays });
        return Policy;
    }

    public Task<string[]> IdsAsync() => Task.FromResult(_keys.Ids.ToArray());

    public Task ChangedAsync(KeyView key)
    {
        _keys.Put(key);
        return Task.CompletedTask;
    }

    private TenantGrains.Scoped Own => grains.For(GrainContext.TenantOf());

    private KeyPolicy Policy => new() { MaxLifeDays = state.State.MaxLifeDays };

    private TimeSpan? MaxLife => state.State.MaxLifeDays is { } days ? TimeSpan.FromDays(days) : null;

    /// <summary>When a new key ends; a refusal when it would outlive what the tenant allows.</summary>
    private Problem? LifeOf(IssueKey command, DateTimeOffset now, out DateTimeOffset? expiresAt)
    {
        expiresAt = command.ExpiresAt ?? (command.ExpiresIn is { } life ? now + life.Span() : now + MaxLife);
        if (MaxLife is not { } longest || expiresAt <= now + longest)
        {
            return null;
        }

        return Problem.Invalid([new FieldError(command.ExpiresIn is null ? "expiresAt" : "expiresIn", $"A key of this tenant lives at most {longest.TotalDays} days.")]);
    }

    /// <summary>A life as long as the one that ends, within what the tenant allows by now.</summary>
    private DateTimeOffset? EndOfFollower(KeyView old, DateTimeOffset now)
    {
        var life = old.ExpiresAt - old.CreatedAt;
        return now + (MaxLife is { } longest && !(life <= longest) ? longest : life);
    }

    /// <summary>A key, whose id is this tenant's before anything is stored under it.</summary>
    private async Task<Result<Minted>> MintAsync(KeyKind kind)
    {
        var token = KeyToken.Mint(kind, options.Value.Environment, out var id);
        var tenant = GrainContext.TenantOf();

        // The platform's own keys are those that nobody claimed.
        return kind == KeyKind.Management && tenant != TenantId.Platform && await grains.Platform.Get<IKeyOwnerGrain>(id).ClaimAsync(tenant) is { } taken
            ? taken
            : new Minted(id, token);
    }

    private async Task<Result<PrincipalView>> PrincipalAsync(IssueKey command, string id, Caller caller)
    {
        if (command.Principal is { } existing)
        {
            return (await Own.Get<IPrincipalGrain>(existing).GetAsync()).Try(out var known, out _) && known.Kind == PrincipalKind.Service && !known.Blocked
                ? known
                : Problem.Invalid([new FieldError("principal", "There is no such service, or it is blocked.")]);
        }

        if ((await Own.The<IRoleBookGrain>().RulesAsync(command.Roles)).Problem is { } unknown)
        {
            return unknown;
        }

        return await Own.Get<IPrincipalGrain>($"svc_{id}").CreateAsync(new CreatePrincipal(PrincipalKind.Service, command.Name.Trim(), command.Roles), caller);
    }

    private async Task<Result<KeyIssued>> StoreAsync(Minted minted, StoreKey command, Caller caller) =>
        (await Own.Get<IKeyGrain>(minted.Id).StoreAsync(command, caller)).Try(out var key, out var failed) ? new KeyIssued(key, minted.Token) : failed;

    private readonly record struct Minted(string Id, string Token);
}
