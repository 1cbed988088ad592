using System.Text.Json.Serialization;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Secrets;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Sessions;

public sealed record ConsoleSessionState : IProjected
{
    public string Principal { get; init; } = "";
    public byte[] Hash { get; init; } = [];
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Exact to a minute; kept on disk because the idle clock must outlive the activation.</summary>
    public DateTimeOffset LastUsedAt { get; init; }

    [JsonIgnore]
    public string? Info => null;
}

[GrainType("console-session")]
internal sealed class ConsoleSessionGrain(
    [PersistentState("session")] IPersistentState<ConsoleSessionState> state,
    CredentialHasher hasher,
    TenantGrains grains,
    TimeProvider clock) : Grain, IConsoleSessionGrain
{
    private static readonly TimeSpan Absolute = TimeSpan.FromHours(12);
    private static readonly TimeSpan Idle = TimeSpan.FromHours(1);

    public async Task<Result<ConsoleSessionOpened>> OpenAsync(string principal)
    {
        if (state.RecordExists)
        {
            return Problem.Conflict("The session exists.");
        }

        var token = SessionToken.Mint(GrainContext.RestOf());
        var now = clock.GetUtcNow();
        await state.SaveAsync(new ConsoleSessionState
        {
            Principal = principal,
            Hash = hasher.Hash("session", token),
            ExpiresAt = now + Absolute,
            LastUsedAt = now,
        });
        return (await UseAsync(token)).Try(out var view, out var refused) ? new ConsoleSessionOpened(view, token) : refused;
    }

    public async Task<Result<ConsoleSessionView>> UseAsync(string token)
    {
        var now = clock.GetUtcNow();
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

        if (now >= state.State.ExpiresAt || now - state.State.LastUsedAt > Idle)
        {
            await CloseAsync();
            return Problem.Unauthenticated("The session has ended. Sign in again.");
        }

        if (now - state.State.LastUsedAt > TimeSpan.FromMinutes(1))
        {
            await state.SaveAsync(state.State with { LastUsedAt = now });
        }

        var own = grains.For(GrainContext.TenantOf());
        if (!(await own.Get<IPrincipalGrain>(state.State.Principal).AccessAsync()).Try(out var access, out _))
        {
            return Problem.Unauthenticated();
        }

        return new ConsoleSessionView
        {
            Id = GrainContext.RestOf(),
            Tenant = GrainContext.TenantOf(),
            Principal = access.Principal,
            DisplayName = access.DisplayName,
            Grants = PrincipalAccess.PlainGrants(access.Rules),
            Rules = access.Rules,
            ExpiresAt = state.State.ExpiresAt!.Value,
        };
    }

    public async Task CloseAsync()
    {
        if (state.RecordExists)
        {
            await state.ClearStateAsync();
        }

        state.State = new ConsoleSessionState();
        DeactivateOnIdle();
    }
}
