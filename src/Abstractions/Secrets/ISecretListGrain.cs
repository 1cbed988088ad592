using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Secrets;

/// <summary>Lists the secrets that are kept for a tenant, by name. Key: <c>{tenant}</c>; under <c>_sys</c> the platform's own. It has no state, and reads no value.</summary>
[Alias("secret-list")]
public interface ISecretListGrain : IGrainWithStringKey
{
    /// <summary><c>unavailable</c> when the vault does not say which versions it has.</summary>
    /// <param name="after">The name of the last one of the page before, or null.</param>
    /// <param name="count">1 to 200.</param>
    [Alias("page")]
    Task<Result<SecretPage>> PageAsync(string? after, int count);
}
