using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Secrets;

namespace Platform.Abstractions.IdentityProviders;

/// <summary>The providers that a tenant trusts. Key: <c>{tenant}</c>.</summary>
[Alias("identity-provider-book")]
public interface IIdentityProviderBookGrain : IGrainWithStringKey
{
    /// <summary>Trusts nobody any more and deletes the clients' secrets: for a tenant that is purged. <c>unavailable</c> while the vault does not; again, it does what is left.</summary>
    [Alias("destroy")]
    Task<Problem?> DestroyAsync(Caller caller);

    /// <summary>Oldest first.</summary>
    [Alias("list")]
    Task<IdentityProvider[]> ListAsync();

    /// <summary>Refused for an issuer that is trusted already, a role that does not exist, and beyond ten providers.</summary>
    [Alias("add")]
    Task<Result<IdentityProvider>> AddAsync(PutIdentityProvider command, Caller caller);

    /// <summary>
    /// Says anew what is believed of it; effective everywhere within 5 s. The issuer stays. Rules that change end the sessions of its people. A secret that is left out is kept, for the same client; one that is
    /// replaced leaves the vault.
    /// </summary>
    /// <param name="id">Of a provider of this tenant.</param>
    /// <param name="command">All of it.</param>
    /// <param name="expected">The version that is changed.</param>
    /// <param name="caller">Who does it.</param>
    [Alias("replace")]
    Task<Result<IdentityProvider>> ReplaceAsync(string id, PutIdentityProvider command, long expected, Caller caller);

    /// <summary>From now on its tokens are nobody's; effective everywhere within 5 s.</summary>
    /// <param name="id">Of a provider of this tenant.</param>
    /// <param name="expected">The version that is removed; any when null.</param>
    /// <param name="caller">Who does it.</param>
    [Alias("remove")]
    Task<Problem?> RemoveAsync(string id, long? expected, Caller caller);

    /// <summary>The client secret, for whoever redeems a code now; without a value for a public client. <c>unavailable</c> when the vault does not have it.</summary>
    [Alias("secret")]
    Task<Result<ProviderSecret>> SecretAsync(string id);

    /// <summary>Names of the clients' secrets, with those that the vault is to delete.</summary>
    [Alias("secrets")]
    Task<OwnedSecret[]> SecretsAsync();
}
