using System.Buffers;
using Platform.Grains.Secrets;
using Platform.Silo.Storage;

namespace Platform.Silo.Secrets;

/// <summary>
/// Secrets in one encrypted file, for one process (the data directory's lock sees to that). Values are decrypted when asked for.
/// </summary>
/// <remarks>
/// Refuses a file that was changed in any byte, is cut, is of another key, or is older than its counter file says. It cannot see that
/// file and counter were both set back together; whoever can do that can read the key too.
/// </remarks>
internal sealed class LocalVault : ISecretStore, IDisposable
{
    private const int MaxFileBytes = 32 << 20;
    private const int MaxNameLength = 127;
    private const int MaxValueBytes = 64 << 10;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private readonly SemaphoreSlim _oneWriter = new(1, 1);
    private readonly LocalVaultOptions _options;
    private readonly VaultKeys _keys;
    private volatile VaultDocument _document;

    private LocalVault(LocalVaultOptions options, VaultKeys keys, VaultDocument document)
    {
        _options = options;
        _keys = keys;
        _document = document;
    }

    /// <summary>Opens the vault, or creates it when there is no trace of one.</summary>
    /// <exception cref="VaultTamperedException">See the remarks of the type.</exception>
    /// <exception cref="DataDirectoryException">A file is open to other users, or cannot be read or written.</exception>
    public static LocalVault Open(LocalVaultOptions options)
    {
        try
        {
            return File.Exists(options.File) ? OpenExisting(options) : Create(options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException($"The vault {options.File} cannot be opened ({e.Message}); check the disk and the files' owner.", e);
        }
    }

    public ValueTask<byte[]?> GetAsync(string name, CancellationToken cancel)
    {
        RequireName(name);
        return ValueTask.FromResult(Decrypt(_document.Entries.LastOrDefault(entry => IsNamed(entry, name))));
    }

    /// <summary>One of the kept versions, or null. The first version is 1.</summary>
    public ValueTask<byte[]?> GetVersionAsync(string name, long version, CancellationToken cancel)
    {
        RequireName(name);
        return ValueTask.FromResult(Decrypt(_document.Entries.FirstOrDefault(entry => entry.Version == version && IsNamed(entry, name))));
    }

    public async ValueTask SetAsync(string name, ReadOnlyMemory<byte> value, CancellationToken cancel)
    {
        RequireName(name);
        if (value.Length > MaxValueBytes)
        {
            throw new ArgumentException($"A secret has at most {MaxValueBytes} bytes.", nameof(value));
        }

        await _oneWriter.WaitAsync(cancel);
        try
        {
            // Two fsyncs and two renames: on a thread of their own, not on the pool's.
            await Task.Factory.StartNew(() => Store(name, value.Span), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _oneWriter.Release();
        }
    }

    public void Dispose() => _oneWriter.Dispose();

    private static LocalVault OpenExisting(LocalVaultOptions options)
    {
        RequireFile(options.KeyFile, options);
        RequireFile(options.CounterFile, options);
        var keys = VaultKeys.Read(options.KeyFile);
        var document = VaultDocument.Open(PrivateFileBytes.Read(options.File, MaxFileBytes), keys.Header);
        var highest = VaultCounter.Read(options.CounterFile, keys.Counter);
        if (document.Counter < highest)
        {
            throw new VaultTamperedException($"The vault {options.File} is older than the last one written; an old copy was put in its place.");
        }

        // Written before the counter, so a crash in between leaves the file one ahead.
        if (document.Counter > highest)
        {
            VaultCounter.Write(options.CounterFile, document.Counter, keys.Counter);
        }

        return new LocalVault(options, keys, document);
    }

    /// <summary>Key, counter, file: a crash in between leaves a counter of 0 without a file, which is begun anew.</summary>
    private static LocalVault Create(LocalVaultOptions options)
    {
        var hasCounter = File.Exists(options.CounterFile);
        if (hasCounter)
        {
            RequireFile(options.KeyFile, options);
        }

        var keys = File.Exists(options.KeyFile) ? VaultKeys.Read(options.KeyFile) : VaultKeys.Create(options.KeyFile);
        if (hasCounter && VaultCounter.Read(options.CounterFile, keys.Counter) != VaultDocument.Empty.Counter)
        {
            throw new VaultTamperedException($"The vault {options.File} is gone; restore it from a backup.");
        }

        VaultCounter.Write(options.CounterFile, VaultDocument.Empty.Counter, keys.Counter);
        PrivateFiles.Replace(options.File, VaultDocument.Empty.Seal(keys.Header));
        return new LocalVault(options, keys, VaultDocument.Empty);
    }

    private void Store(string name, ReadOnlySpan<byte> value)
    {
        var document = _document;
        var counter = document.Counter + 1;
        var version = document.Entries.LastOrDefault(entry => IsNamed(entry, name))?.Version + 1 ?? 1;
        var added = VaultCipher.Encrypt(_keys.Entries, name, version, counter, value);
        var kept = document.Entries.Where(entry => !IsNamed(entry, name) || entry.Version > version - _options.KeptVersions);
        var next = document with { Counter = counter, Entries = [.. kept, added] };
        var bytes = next.Seal(_keys.Header);
        if (bytes.Length > MaxFileBytes)
        {
            throw new InvalidOperationException("The local vault is full; use Key Vault for this many secrets.");
        }

        PrivateFiles.Replace(_options.File, bytes);
        _document = next;
        VaultCounter.Write(_options.CounterFile, counter, _keys.Counter);
    }

    private byte[]? Decrypt(VaultEntry? entry) => entry is null ? null : VaultCipher.Decrypt(_keys.Entries, entry);

    private static bool IsNamed(VaultEntry entry, string name) => string.Equals(entry.Name, name, StringComparison.Ordinal);

    private static void RequireName(string name)
    {
        if (name is null or { Length: 0 or > MaxNameLength } || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            throw new ArgumentException($"The name of a secret has 1 to {MaxNameLength} of a-z, 0-9 and -.", nameof(name));
        }
    }

    private static void RequireFile(string path, LocalVaultOptions options)
    {
        if (!File.Exists(path))
        {
            throw new VaultTamperedException($"The vault {options.File} was there, but {path} is gone; restore it from a backup.");
        }
    }
}
