using Platform.Silo.Storage;

namespace Platform.Silo.Secrets;

/// <summary>The vault's three files and how they follow one another: key, counter, then the document; a change writes the document, then the counter.</summary>
internal sealed class LocalVaultFile
{
    private const int MaxFileBytes = 32 << 20;

    private readonly LocalVaultOptions _options;
    private readonly VaultKeys _keys;

    private LocalVaultFile(LocalVaultOptions options, VaultKeys keys)
    {
        _options = options;
        _keys = keys;
    }

    public int KeptVersions => _options.KeptVersions;

    /// <exception cref="VaultTamperedException">A file is missing, changed, older than the counter says, or of another key.</exception>
    public static LocalVaultFile Open(LocalVaultOptions options, out VaultDocument document) =>
        File.Exists(options.File) ? OpenExisting(options, out document) : Create(options, out document);

    public VaultEntry Encrypt(string name, long version, long counter, ReadOnlySpan<byte> value) => VaultCipher.Encrypt(_keys.Entries, name, version, counter, value);

    public byte[] Decrypt(VaultEntry entry) => VaultCipher.Decrypt(_keys.Entries, entry);

    /// <summary>Puts the document in place of the last one.</summary>
    /// <param name="document">With a counter of one more.</param>
    /// <param name="written">Called as soon as a restart would read the document: a counter that cannot be written does not undo it.</param>
    public void Write(VaultDocument document, Action<VaultDocument> written)
    {
        var bytes = document.Seal(_keys.Header);
        if (bytes.Length > MaxFileBytes)
        {
            throw new InvalidOperationException("The local vault is full; use Key Vault for this many secrets.");
        }

        PrivateFiles.Replace(_options.File, bytes);
        written(document);
        VaultCounter.Write(_options.CounterFile, document.Counter, _keys.Counter);
    }

    private static LocalVaultFile OpenExisting(LocalVaultOptions options, out VaultDocument document)
    {
        RequireFile(options.KeyFile, options);
        RequireFile(options.CounterFile, options);
        var keys = VaultKeys.Read(options.KeyFile);
        var file = new LocalVaultFile(options, keys);
        var bytes = PrivateFileBytes.Read(options.File, MaxFileBytes);
        var old = VaultFormat1.Open(bytes, keys.Header, new DateTimeOffset(File.GetLastWriteTimeUtc(options.File)));
        var read = old ?? VaultDocument.Open(bytes, keys.Header);
        var highest = VaultCounter.Read(options.CounterFile, keys.Counter);
        if (read.Counter < highest)
        {
            throw new VaultTamperedException($"The vault {options.File} is older than the last one written; an old copy was put in its place.");
        }

        document = read;
        if (old is not null)
        {
            // The counter goes on: once there is a file of today's format, the old one is an old copy.
            document = read with { Counter = read.Counter + 1 };
            file.Write(document, _ => { });
        }
        else if (read.Counter > highest)
        {
            // Written before the counter, so a crash in between leaves the file one ahead.
            VaultCounter.Write(options.CounterFile, read.Counter, keys.Counter);
        }

        return file;
    }

    /// <summary>Key, counter, file: a crash in between leaves a counter of 0 without a file, which is begun anew.</summary>
    private static LocalVaultFile Create(LocalVaultOptions options, out VaultDocument document)
    {
        var hasCounter = File.Exists(options.CounterFile);
        if (hasCounter)
        {
            RequireFile(options.KeyFile, options);
        }

        var keys = File.Exists(options.KeyFile) ? VaultKeys.Read(options.KeyFile) : VaultKeys.Create(options.KeyFile);
        document = VaultDocument.Empty;
        if (hasCounter && VaultCounter.Read(options.CounterFile, keys.Counter) != document.Counter)
        {
            throw new VaultTamperedException($"The vault {options.File} is gone; restore it from a backup.");
        }

        VaultCounter.Write(options.CounterFile, document.Counter, keys.Counter);
        PrivateFiles.Replace(options.File, document.Seal(keys.Header));
        return new LocalVaultFile(options, keys);
    }

    private static void RequireFile(string path, LocalVaultOptions options)
    {
        if (!File.Exists(path))
        {
            throw new VaultTamperedException($"The vault {options.File} was there, but {path} is gone; restore it from a backup.");
        }
    }
}
