using Platform.Api.OAuth;

namespace Platform.Api.Tests.OAuth.Support;

/// <summary>What fails at the moment.</summary>
internal sealed class OAuthFaults
{
    public volatile bool FailRevoke;
    public volatile bool FailSigning;
}

internal sealed class FaultyRecords(ITokenRecords inner, OAuthFaults faults) : ITokenRecords
{
    public ValueTask<bool> RedeemAsync(string token, CancellationToken cancel) => inner.RedeemAsync(token, cancel);

    public ValueTask RevokeFamilyAsync(string family, CancellationToken cancel) =>
        faults.FailRevoke ? throw new InvalidOperationException("The disk is full.") : inner.RevokeFamilyAsync(family, cancel);

    public ValueTask<IReadOnlyList<IssuedToken>> AccessTokensAsync(string application, CancellationToken cancel) => inner.AccessTokensAsync(application, cancel);
}
