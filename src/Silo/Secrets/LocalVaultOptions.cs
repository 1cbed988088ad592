using Platform.Silo.Storage;

namespace Platform.Silo.Secrets;

/// <summary>Where the local vault lies. The key file may lie on another disk, and should when disks are copied.</summary>
internal sealed class LocalVaultOptions
{
    /// <summary>The encrypted entries.</summary>
    public required string File { get; init; }

    /// <summary>32 random bytes, mode 0600, ours; created with the vault.</summary>
    public required string KeyFile { get; init; }

    /// <summary>The highest counter ever written: an older copy of <see cref="File"/> is refused.</summary>
    public required string CounterFile { get; init; }

    /// <summary>Versions of each secret that are kept, the newest included.</summary>
    public int KeptVersions { get; init; } = 5;

    /// <summary>All in the data directory.</summary>
    public static LocalVaultOptions In(DataDirectory directory) =>
        new() { File = directory.VaultFile, KeyFile = directory.VaultKeyFile, CounterFile = directory.VaultCounterFile };

    /// <summary>All in a directory of their own.</summary>
    public static LocalVaultOptions In(string directory) => new()
    {
        File = Path.Combine(directory, "vault.json"),
        KeyFile = Path.Combine(directory, "vault.key"),
        CounterFile = Path.Combine(directory, "vault.counter"),
    };
}
