using Platform.Abstractions.Problems;

namespace Platform.Abstractions.IdentityProviders;

/// <summary>What a sign-in through a provider needs when the browser comes back.</summary>
[GenerateSerializer, Alias("oidc-ticket"), Immutable]
public sealed record OidcTicket
{
    [Id(0)] public required string Provider { get; init; }

    /// <summary>SHA-256 of what the browser that began keeps in a cookie.</summary>
    [Id(1)] public required byte[] BindingHash { get; init; }

    /// <summary>Of PKCE (RFC 7636).</summary>
    [Id(2)] public required string Verifier { get; init; }
    [Id(3)] public required string Nonce { get; init; }

    /// <summary>As discovery named it when the sign-in began.</summary>
    [Id(4)] public required string TokenEndpoint { get; init; }

    /// <summary>The secret goes into the form: the provider does not take it in a header.</summary>
    [Id(5)] public required bool SecretInForm { get; init; }

    /// <summary>The provider promised to send <c>iss</c> (RFC 9207): without it the answer is somebody else's.</summary>
    [Id(6)] public required bool NamesIssuer { get; init; }

    public override string ToString() => $"{nameof(OidcTicket)} {Provider}";
}

/// <summary>One sign-in on its way to a provider and back: ten minutes, once, in memory only. Key: <c>{tenant}/{state}</c>.</summary>
[Alias("oidc-sign-in")]
public interface IOidcSignInGrain : IGrainWithStringKey
{
    /// <summary>Keeps it; a state is used once.</summary>
    [Alias("open")]
    Task<Problem?> OpenAsync(OidcTicket ticket);

    /// <summary>Gives it out, once, and to the browser that began alone; an attempt with another binding uses it up too. Null for every reason there may be.</summary>
    [Alias("take")]
    Task<OidcTicket?> TakeAsync(byte[] bindingHash);
}
