using System.Security.Cryptography;
using Platform.Abstractions.Logins;
using Platform.Abstractions.OAuth;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Tenancy;

namespace Platform.Grains.OAuth;

[GrainType("oauth-sign-in")]
internal sealed class SignInGrain(TenantGrains grains, TimeProvider clock) : Grain, ISignInGrain
{
    private OpenSignIn? _opened;
    private DateTimeOffset _at;

    private TenantGrains.Scoped Own => grains.For(GrainContext.TenantOf());

    public async Task<Problem?> OpenAsync(OpenSignIn command)
    {
        if (_opened is not null || command.SecretHash.Length != SHA256.HashSizeInBytes)
        {
            return Problem.Conflict("The sign-in exists.");
        }

        // What the console asks of this user is asked here too: otherwise a token would be the way around it.
        if (await Own.Get<ILoginGrain>(command.Principal).JudgeAsync(command.Verdict) is { } refused)
        {
            DeactivateOnIdle();
            return refused;
        }

        _at = clock.GetUtcNow();
        _opened = command;
        DelayDeactivation(command.Until - _at);
        return null;
    }

    public async Task<SignedIn?> FindAsync(byte[] secretHash)
    {
        if (_opened is { } opened && clock.GetUtcNow() < opened.Until)
        {
            // A changed password, a lost authenticator, "end all sessions": they end this one too.
            return CryptographicOperations.FixedTimeEquals(opened.SecretHash, secretHash)
                && await Own.Get<ILoginGrain>(opened.Principal).JudgeAsync(opened.Verdict) is null
                && (await Own.The<ITenantGrain>().GetAsync()).Try(out var tenant, out _) && !(_at <= tenant.CredentialsRevokedAt)
                ? new SignedIn(opened.Principal, _at, opened.Verdict)
                : null;
        }

        // Also for an id that somebody made up: it must not stay in memory.
        _opened = null;
        DeactivateOnIdle();
        return null;
    }

    public Task CloseAsync()
    {
        _opened = null;
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
