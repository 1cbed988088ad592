using Platform.Abstractions.Changes;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Secrets;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Keys;

[GrainType("key")]
internal sealed class KeyGrain(
    [PersistentState("key")] IPersistentState<KeyState> state,
    CredentialHasher hasher,
    TenantGrains grains,
    TimeProvider clock) : Grain, IKeyGrain
{
    private DateTimeOffset? _used;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(RecordLastUseAsync, new GrainTimerCreationOptions
        {
            DueTime = TimeSpan.FromMinutes(1),
            Period = TimeSpan.FromMinutes(1),
        });
        return Task.CompletedTask;
    }

    // While its silo stops a grain calls nobody: the index may have no place to run, and the stop would wait for it. The row tells the next one.
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        reason.ReasonCode == DeactivationReasonCode.ShuttingDown ? SaveLastUseAsync() : RecordLastUseAsync(cancellationToken);

    public async Task<Result<KeyView>> StoreAsync(StoreKey command, Caller caller)
    {
        if (state.RecordExists)
        {
            return Problem.Conflict("The key exists.");
        }

        await state.SaveAsync(new KeyState
        {
            Id = GrainContext.RestOf(),
            Kind = command.Kind,
            Name = command.Name,
            Hint = $"{command.Token[..(10 + KeyToken.IdLength)]}…{command.Token[^4..]}",
            Hash = hasher.Hash("key", command.Token),
            Principal = command.Principal,
            Roles = command.Roles,
            Scopes = command.Scopes,
            AllowedAddresses = command.AllowedAddresses,
            CreatedAt = clock.GetUtcNow(),
            CreatedBy = caller.NameIn(GrainContext.TenantOf()),
            ExpiresAt = command.ExpiresAt,
            RateLimit = command.RateLimit,
            Replaces = command.Replaces,
        });
        await Index.ChangedAsync(View());
        await PublishAsync(ChangeKind.Keys);
        return View();
    }

    public async Task<Result<KeyVerdict>> VerifyAsync(string token)
    {
        // The hash is computed and compared for an unknown id too: time tells nothing about what exists.
        var stored = state.RecordExists ? state.State.Hash : new byte[32];
        var matches = hasher.Matches("key", token, stored);
        var now = clock.GetUtcNow();
        if (!matches || !state.RecordExists || state.State.RevokedAt is not null || state.State.ExpiresAt <= now)
        {
            return Problem.Unauthenticated();
        }

        var tenant = GrainContext.TenantOf();
        var own = grains.For(tenant);
        if (!(await own.Get<IPrincipalGrain>(state.State.Principal).AccessAsync()).Try(out var access, out _))
        {
            return Problem.Unauthenticated();
        }

        var limit = state.State.RateLimit ?? ManagementLimit;
        if (tenant != TenantId.Platform)
        {
            // When all credentials were revoked at once, the rows follow; this is what decides.
            if (!(await own.The<ITenantGrain>().GetAsync()).Try(out var view, out _) || state.State.CreatedAt <= view.CredentialsRevokedAt)
            {
                return Problem.Unauthenticated();
            }

            limit = state.State.RateLimit ?? view.RateLimit;
        }

        _used = now;
        return new KeyVerdict
        {
            Tenant = tenant,
            KeyId = state.State.Id,
            Principal = access.Principal,
            Rules = Narrowing.Narrow(access.Rules, state.State.Scopes),
            RateLimit = limit,
            HasOwnLimit = state.State.RateLimit is not null || tenant == TenantId.Platform,
            ExpiresAt = state.State.ExpiresAt,
            AllowedAddresses = state.State.AllowedAddresses,
        };
    }

    public Task<Result<KeyView>> GetAsync() => Task.FromResult<Result<KeyView>>(state.RecordExists ? View() : Problem.NotFound("key"));

    public async Task<Result<KeyView>> RevokeAsync(Caller caller)
    {
        if (!state.RecordExists)
        {
            return Problem.NotFound("key");
        }

        if (state.State.RevokedAt is null)
        {
            await state.SaveAsync(state.State with { RevokedAt = clock.GetUtcNow(), LastUsedAt = _used ?? state.State.LastUsedAt });
        }

        await Index.ChangedAsync(View());
        await PublishAsync(ChangeKind.Key);
        return View();
    }

    public async Task<Result<KeyView>> ReplaceAsync(string by, DateTimeOffset endsAt, Caller caller)
    {
        if (!state.RecordExists)
        {
            return Problem.NotFound("key");
        }

        if (View().Status != KeyStatus.Active)
        {
            return Problem.Conflict("The key is not active; issue another.");
        }

        if (state.State.ReplacedBy is not null)
        {
            return Problem.Conflict("The key was rotated already; rotate the one that follows it.");
        }

        var ends = state.State.ExpiresAt < endsAt ? state.State.ExpiresAt : endsAt;
        await state.SaveAsync(state.State with { ReplacedBy = by, ExpiresAt = ends, LastUsedAt = _used ?? state.State.LastUsedAt });
        await Index.ChangedAsync(View());
        await PublishAsync(ChangeKind.Key);
        return View();
    }

    /// <summary>Management keys of the platform name no limit; theirs is generous and real.</summary>
    private static Abstractions.RateLimits.RateLimitRule ManagementLimit { get; } = new(6_000, 1_000);

    private IKeyIndexGrain Index => grains.For(GrainContext.TenantOf()).The<IKeyIndexGrain>();

    private Task PublishAsync(ChangeKind kind) =>
        grains.Platform.Get<IChangeFeedGrain>("changes").PublishAsync(new Change(GrainContext.TenantOf(), kind, state.State.Id));

    private async Task RecordLastUseAsync(CancellationToken cancel)
    {
        if (await SaveLastUseAsync())
        {
            await Index.ChangedAsync(View());
        }
    }

    private async Task<bool> SaveLastUseAsync()
    {
        if (_used is not { } used || !state.RecordExists || used - state.State.LastUsedAt < TimeSpan.FromMinutes(1))
        {
            return false;
        }

        await state.SaveAsync(state.State with { LastUsedAt = used });
        return true;
    }

    private KeyView View() => state.State.View().At(clock.GetUtcNow());
}
