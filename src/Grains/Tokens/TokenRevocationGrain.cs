using Platform.Abstractions.Changes;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tokens;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Tokens;

public sealed record TokenRevocationState
{
    public TokenRevocation[] Revoked { get; init; } = [];
}

[GrainType("token-revocations")]
internal sealed class TokenRevocationGrain(
    [PersistentState("token-revocations")] IPersistentState<TokenRevocationState> state,
    TenantGrains grains,
    TimeProvider clock) : Grain, ITokenRevocationGrain
{
    /// <summary>Every node holds all of them; whoever needs more revokes the principal.</summary>
    public const int Most = 5_000;

    /// <summary>Of these, single tokens: clients take their own back, and must not use up the room for what administrators and the detection of reuse end.</summary>
    public const int MostTokens = 2_500;

    private const int MaxId = 128;

    public async Task<Problem?> RevokeAsync(RevokedKind kind, string id, Caller caller)
    {
        if (!Enum.IsDefined(kind) || id.Length is 0 or > MaxId)
        {
            return Problem.InvalidParams($"Name a token, a family, a principal or a client in 1 to {MaxId} characters.");
        }

        var now = clock.GetUtcNow();
        var kept = Current(now).Where(other => other.Kind != kind || !string.Equals(other.Id, id, StringComparison.Ordinal)).ToArray();
        if (kind == RevokedKind.Tenant)
        {
            // Whatever else was said of tokens issued until now is said by this one; of a family it is said of what comes later, too.
            kept = [.. kept.Where(other => other.Kind == RevokedKind.Family)];
        }
        else if (kept.Length >= Most || (kind == RevokedKind.Token && kept.Count(other => other.Kind == RevokedKind.Token) >= MostTokens))
        {
            return Problem.QuotaExceeded("Too many revocations of this tenant are in force; revoke principals or clients instead of tokens.");
        }

        await state.SaveAsync(new TokenRevocationState { Revoked = [.. kept, new TokenRevocation(kind, id, now)] });
        await grains.Platform.Get<IChangeFeedGrain>("changes").PublishAsync(new Change(GrainContext.TenantOf(), ChangeKind.Tokens, ""));
        return null;
    }

    public Task<TokenRevocation[]> ListAsync() => Task.FromResult(Current(clock.GetUtcNow()).ToArray());

    private IEnumerable<TokenRevocation> Current(DateTimeOffset now) =>
        state.State.Revoked.Where(revoked => now < revoked.At + AccessTokenRules.MaxLife + AccessTokenRules.Skew + AccessTokenRules.Skew);
}
