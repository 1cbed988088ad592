using Platform.Abstractions.Logins;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.OAuth;

/// <summary>Who is signed in on a tenant's login page.</summary>
/// <param name="Principal">Such as <c>usr_…</c>.</param>
/// <param name="At">When it was proven.</param>
/// <param name="Verdict">As the login gave it: what comes of this sign-in is good while the login still stands by it.</param>
[GenerateSerializer, Alias("signed-in"), Immutable]
public sealed record SignedIn([property: Id(0)] string Principal, [property: Id(1)] DateTimeOffset At, [property: Id(2)] LoginVerdict Verdict);

/// <summary>What a sign-in begins with.</summary>
/// <param name="SecretHash">SHA-256 of the cookie's secret part.</param>
/// <param name="Principal">Who just proved itself.</param>
/// <param name="Verdict">As the login gave it.</param>
/// <param name="Until">When it ends by itself.</param>
[GenerateSerializer, Alias("open-sign-in"), Immutable]
public sealed record OpenSignIn(
    [property: Id(0)] byte[] SecretHash,
    [property: Id(1)] string Principal,
    [property: Id(2)] LoginVerdict Verdict,
    [property: Id(3)] DateTimeOffset Until);

/// <summary>
/// One sign-in on a tenant's login page: long enough to read a consent page, in memory only. It opens nothing but that page; a console session would open the management API with the same cookie.
/// Key: <c>{tenant}/{id}</c>.
/// </summary>
[Alias("oauth-sign-in")]
public interface ISignInGrain : IGrainWithStringKey
{
    /// <summary>Begins it; an id is used once. <c>second-factor-required</c> when the tenant's policy asks for an authenticator that this user has not set up.</summary>
    [Alias("open")]
    Task<Problem?> OpenAsync(OpenSignIn command);

    /// <summary>Who it is, or null when there is none, the secret is another, it has ended, or all of the user's sessions have since.</summary>
    [Alias("find")]
    Task<SignedIn?> FindAsync(byte[] secretHash);

    [Alias("close")]
    Task CloseAsync();
}
