using System.Security.Cryptography;
using Platform.Abstractions.OAuth;

namespace Platform.Grains.OAuth;

[GrainType("oauth-sign-in")]
internal sealed class SignInGrain(TimeProvider clock) : Grain, ISignInGrain
{
    private byte[] _hash = [];
    private SignedIn? _who;
    private DateTimeOffset _until;

    public Task<bool> OpenAsync(byte[] secretHash, SignedIn who, DateTimeOffset until)
    {
        if (_who is not null || secretHash.Length != SHA256.HashSizeInBytes)
        {
            return Task.FromResult(false);
        }

        (_hash, _who, _until) = (secretHash, who, until);
        DelayDeactivation(until - clock.GetUtcNow());
        return Task.FromResult(true);
    }

    public Task<SignedIn?> FindAsync(byte[] secretHash)
    {
        if (_who is not null && clock.GetUtcNow() < _until)
        {
            return Task.FromResult(CryptographicOperations.FixedTimeEquals(_hash, secretHash) ? _who : null);
        }

        // Also for an id that somebody made up: it must not stay in memory.
        _who = null;
        DeactivateOnIdle();
        return Task.FromResult<SignedIn?>(null);
    }

    public Task CloseAsync()
    {
        _until = default;
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
