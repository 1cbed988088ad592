namespace Platform.Abstractions.Mcp;

/// <summary>A key for handles that clients carry (RS-5): request states and cursors. Good for one tenant and at most two days.</summary>
/// <param name="Period">Number of the day it was made for.</param>
/// <param name="Key">32 bytes.</param>
[GenerateSerializer, Alias("sealing-key"), Immutable]
public sealed record SealingKey([property: Id(0)] long Period, [property: Id(1)] byte[] Key)
{
    /// <summary>Never the key.</summary>
    public override string ToString() => $"SealingKey {Period} [Redacted]";
}

/// <summary>Derives a tenant's sealing keys from a secret in the vault, which stays in the silo role. Key: <c>{tenant}</c>.</summary>
[Alias("sealing-key-ring")]
public interface ISealingKeyGrain : IGrainWithStringKey
{
    /// <summary>Today's key, and yesterday's, in this order.</summary>
    [Alias("keys")]
    Task<SealingKey[]> KeysAsync();
}

/// <summary>A handle that may be used once. Key: <c>{tenant}/{handle id}</c>.</summary>
[Alias("single-use")]
public interface ISingleUseGrain : IGrainWithStringKey
{
    /// <summary>True the first time, durably; false ever after, until <paramref name="until"/>, when the handle itself has expired.</summary>
    [Alias("take")]
    Task<bool> TakeAsync(DateTimeOffset until);
}
