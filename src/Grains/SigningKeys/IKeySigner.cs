using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.SigningKeys;

/// <summary>Names one key of one tenant; the kid is part of the name, so nobody ever gets "the latest".</summary>
public sealed record SigningKeyReference(TenantId Tenant, string Kid, string Algorithm)
{
    /// <summary>What the key is for: <c>sig</c> signs tokens. A key of one purpose is never found under another.</summary>
    public string Purpose { get; init; } = "sig";

    /// <summary>The name under which a vault keeps it: <c>sig-{tenant}-{kid}</c>.</summary>
    public string SecretName => $"{Purpose}-{(Tenant == TenantId.Platform ? "sys" : Tenant.ToString())}-{Kid}";
}

/// <summary>The signer, or the vault behind it, is out of reach. Nothing is wrong with what was asked.</summary>
public sealed class SignerUnavailableException : Exception
{
    public SignerUnavailableException() : this("The signing keys are out of reach.")
    {
    }

    public SignerUnavailableException(string message) : base(message)
    {
    }

    public SignerUnavailableException(string message, Exception inner) : base(message, inner)
    {
    }
}

/// <summary>
/// Whatever holds private keys (AU-9): this process over a vault, or a machine that signs for us and lets no key out. None of it answers a private part.
/// Called off the grain's turn; an outage is a <see cref="SignerUnavailableException"/>.
/// </summary>
public interface IKeySigner
{
    /// <summary>Makes a key pair, keeps the private part durably under the reference, and answers the public one. Slow: hundreds of milliseconds.</summary>
    Task<PublicJwk> CreateAsync(SigningKeyReference key, CancellationToken cancel);

    /// <summary>Makes sure that the key can sign, so that nothing is promoted which cannot.</summary>
    Task PrepareAsync(SigningKeyReference key, CancellationToken cancel);

    /// <summary>The signature of the bytes as RFC 7518 wants it for the key's algorithm; SHA-256 is applied here.</summary>
    Task<byte[]> SignAsync(SigningKeyReference key, ReadOnlyMemory<byte> data, CancellationToken cancel);

    /// <summary>Forgets what is held in memory of a key that was disabled.</summary>
    void Forget(SigningKeyReference key);

    /// <summary>Destroys the private part for good, wherever it is kept; a second time, or of a key that never was, it does nothing.</summary>
    Task DestroyAsync(SigningKeyReference key, CancellationToken cancel);
}
