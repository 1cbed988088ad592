namespace Platform.Abstractions.OAuth;

/// <summary>Who is signed in on a tenant's login page.</summary>
/// <param name="Principal">Such as <c>usr_…</c>.</param>
/// <param name="At">When it was proven.</param>
[GenerateSerializer, Alias("signed-in"), Immutable]
public sealed record SignedIn([property: Id(0)] string Principal, [property: Id(1)] DateTimeOffset At);

/// <summary>
/// One sign-in on a tenant's login page: long enough to read a consent page, in memory only. It opens nothing but that page. Key: <c>{tenant}/{id}</c>.
/// </summary>
[Alias("oauth-sign-in")]
public interface ISignInGrain : IGrainWithStringKey
{
    /// <summary>Begins it; an id is used once.</summary>
    /// <param name="secretHash">SHA-256 of the cookie's secret part.</param>
    /// <param name="who">Whose it is.</param>
    /// <param name="until">When it ends by itself.</param>
    [Alias("open")]
    Task<bool> OpenAsync(byte[] secretHash, SignedIn who, DateTimeOffset until);

    /// <summary>Who it is, or null when there is none, it has ended, or the secret is another.</summary>
    [Alias("find")]
    Task<SignedIn?> FindAsync(byte[] secretHash);

    [Alias("close")]
    Task CloseAsync();
}
