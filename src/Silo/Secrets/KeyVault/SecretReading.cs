using Platform.Grains.Secrets;

namespace Platform.Silo.Secrets.KeyVault;

/// <summary>A value and how long it may be used.</summary>
internal sealed record SecretReading(byte[] Value, DateTimeOffset? Expires)
{
    /// <exception cref="SecretStoreException">Its time is over. Key Vault gives it all the same.</exception>
    public SecretReading Require(string name, DateTimeOffset now) => now < (Expires ?? DateTimeOffset.MaxValue)
        ? this
        : throw new SecretStoreException(SecretFault.Expired, $"The secret '{name}' has expired; set a new version.");

    // A record prints its members.
    public override string ToString() => $"SecretReading until {Expires} [Redacted]";
}
