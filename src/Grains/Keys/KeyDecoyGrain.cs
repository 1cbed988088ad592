using Platform.Abstractions.Keys;
using Platform.Abstractions.Problems;
using Platform.Grains.Secrets;

namespace Platform.Grains.Keys;

[GrainType("key-decoy")]
internal sealed class KeyDecoyGrain(CredentialHasher hasher) : Grain, IKeyDecoyGrain
{
    private static readonly byte[] Nothing = new byte[32];

    public Task<Problem> RefuseAsync(string token)
    {
        // Whatever comes of it, the answer is no.
        _ = hasher.Matches("key", token, Nothing);
        return Task.FromResult(Problem.Unauthenticated());
    }
}
