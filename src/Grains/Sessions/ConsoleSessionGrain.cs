using Platform.Abstractions.Changes;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Logins;
using Platform.Grains.Secrets;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Sessions;

[GrainType("console-session")]
internal sealed class ConsoleSessionGrain(
    [PersistentState("session")] IPersistentState<ConsoleSessionState> state,
    CredentialHasher hasher,
    TenantGrains grains,
    TimeProvider clock) : Grain, IConsoleSessionGrain
{
    /// <summary>Everybody manages the own account and sessions.</summary>
    private const string OwnAccount = "sessions:own";

    private static readonly AccessRule Own = new() { Role = "", Allow = [OwnAccount] };

    public async Task<Result<ConsoleSessionOpened>> OpenAsync(OpenConsoleSession command)
    {
        if (state.RecordExists)
        {
            return Problem.Conflict("The session exists.");
        }

        var id = GrainContext.RestOf();
        var token = SessionToken.Mint(GrainContext.TenantOf(), id);
        var now = clock.GetUtcNow();
        await state.SaveAsync(new ConsoleSessionState
        {
            Id = id,
            Principal = command.Principal,
            Hash = hasher.Hash("session", token),
            ExpiresAt = now + ConsoleSessionState.Absolute,
            LastUsedAt = now,
            OpenedAt = now,
            Address = command.Address,
            Agent = command.Agent,
            SecondFactor = command.Verdict.SecondFactor,
            Generation = command.Verdict.Generation,
        });
        if ((await UseAsync(token)).Try(out var view, out var refused))
        {
            return new ConsoleSessionOpened(view, token);
        }

        // Of a blocked user or a suspended tenant: nobody has its bearer, so nobody could end it.
        await EndAsync();
        return refused;
    }

    public Task<Result<ConsoleSessionView>> UseAsync(string token) => JudgeAsync(token, isUse: true);

    public Task<Result<ConsoleSessionView>> JudgeAsync(string token) => JudgeAsync(token, isUse: false);

    public Task<Result<SessionEntry>> DescribeAsync()
    {
        if (state.RecordExists && !ConsoleSessionState.IsOver(state.State.Entry(), clock.GetUtcNow()))
        {
            return Task.FromResult<Result<SessionEntry>>(state.State.Entry());
        }

        DeactivateOnIdle();
        return Task.FromResult<Result<SessionEntry>>(Problem.NotFound("session"));
    }

    public async Task CloseAsync()
    {
        if (await EndAsync())
        {
            await grains.Platform.Get<IChangeFeedGrain>("changes").PublishAsync(new Change(GrainContext.TenantOf(), ChangeKind.Session, GrainContext.RestOf()));
        }
    }

    private async Task<Result<ConsoleSessionView>> JudgeAsync(string token, bool isUse)
    {
        if (!state.RecordExists)
        {
            // Anybody can make up ids: one that was never given out must not stay in memory.
            DeactivateOnIdle();
            return Problem.Unauthenticated();
        }

        if (!hasher.Matches("session", token, state.State.Hash))
        {
            return Problem.Unauthenticated();
        }

        var own = grains.For(GrainContext.TenantOf());
        var now = clock.GetUtcNow();
        if (ConsoleSessionState.IsOver(state.State.Entry(), now) || await own.Get<ILoginGrain>(state.State.Principal).GenerationAsync() != state.State.Generation)
        {
            await EndAsync();
            return Problem.Unauthenticated("The session has ended. Sign in again.");
        }

        if (isUse && now - state.State.LastUsedAt > TimeSpan.FromMinutes(1))
        {
            await state.SaveAsync(state.State with { LastUsedAt = now });
        }

        return await ViewAsync(own);
    }

    /// <summary>What the user is now: a role, a block or a suspension counts at the next request.</summary>
    private async Task<Result<ConsoleSessionView>> ViewAsync(TenantGrains.Scoped own)
    {
        string? slug = null;
        if (GrainContext.TenantOf() != TenantId.Platform)
        {
            if (!(await own.The<ITenantGrain>().GetAsync()).Try(out var tenant, out _))
            {
                return Problem.Unauthenticated();
            }

            if (tenant.Status != TenantStatus.Active)
            {
                return Problem.TenantSuspended();
            }

            if (state.State.OpenedAt <= tenant.CredentialsRevokedAt)
            {
                return Problem.Unauthenticated("The session has ended. Sign in again.");
            }

            slug = tenant.Slug;
        }

        if (!(await own.Get<IPrincipalGrain>(state.State.Principal).AccessAsync()).Try(out var access, out _))
        {
            return Problem.Unauthenticated();
        }

        // A second factor is the business of whoever keeps the password: for a provider's subject, the provider's.
        var lacking = !state.State.SecondFactor && !PrincipalId.IsExternal(access.Principal) && SecondFactorNeed.IsAsked((await own.The<ILoginPolicyGrain>().EffectiveAsync()).SecondFactor, access.Rules);
        return new ConsoleSessionView
        {
            Id = GrainContext.RestOf(),
            Tenant = GrainContext.TenantOf(),
            TenantSlug = slug,
            Principal = access.Principal,
            DisplayName = access.DisplayName,
            Grants = lacking ? [OwnAccount] : [.. PrincipalAccess.PlainGrants(access.Rules), OwnAccount],
            Rules = lacking ? [Own] : [.. access.Rules, Own],
            Trust = state.State.SecondFactor ? TrustLevel.High : TrustLevel.Medium,
            SecondFactorNeeded = lacking,
            ExpiresAt = state.State.ExpiresAt!.Value,
        };
    }

    private async Task<bool> EndAsync()
    {
        var existed = state.RecordExists;
        if (existed)
        {
            await state.ClearStateAsync();
        }

        state.State = new ConsoleSessionState();
        DeactivateOnIdle();
        return existed;
    }
}
