namespace Platform.Silo.Storage;

/// <summary>
/// The directory that holds everything an embedded platform remembers. Open means: it exists, only its owner may enter, it is writable,
/// and no other process has it. The lock goes with the process, however it ends.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private const string LockName = "platform.lock";

    private readonly FileStream _lock;

    private DataDirectory(string root, FileStream @lock)
    {
        Root = root;
        _lock = @lock;
    }

    /// <summary>Absolute.</summary>
    public string Root { get; }

    public string GrainsFile => Path.Combine(Root, "grains.db");

    public string AuditFile => Path.Combine(Root, "audit.db");

    /// <summary>Made again from <see cref="AuditFile"/> when it is missing.</summary>
    public string AuditSearchFile => Path.Combine(Root, "audit-search.db");

    /// <summary>How far each sink of the audit trail has been fed; without it they are fed anew.</summary>
    public string AuditSinksFile => Path.Combine(Root, "audit-sinks.db");

    public string OAuthFile => Path.Combine(Root, "oauth.db");

    public string RemindersFile => Path.Combine(Root, "reminders.db");

    public string VaultFile => Path.Combine(Root, "vault.json");

    public string VaultKeyFile => Path.Combine(Root, "vault.key");

    public string VaultCounterFile => Path.Combine(Root, "vault.counter");

    /// <summary>Tenants' files. Silos that share tenants share it.</summary>
    public string FilesDirectory => Path.Combine(Root, "files");

    /// <summary>Data Protection keys, each encrypted by a vault key.</summary>
    public string KeysDirectory => Path.Combine(Root, "keys");

    /// <summary>Creates or takes the directory.</summary>
    /// <exception cref="DataDirectoryException">It is in use, cannot be written, or belongs to something else.</exception>
    public static DataDirectory Open(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new DataDirectoryException("Platform:DataDirectory is empty; name a directory.");
        }

        var root = Path.GetFullPath(path);
        try
        {
            Prepare(root);
            var @lock = TakeLock(root);
            try
            {
                ProveWritable(root);
                CreatePrivate(Path.Combine(root, "keys"));
                CreatePrivate(Path.Combine(root, "files"));
                return new DataDirectory(root, @lock);
            }
            catch
            {
                @lock.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new DataDirectoryException(
                $"The data directory {root} cannot be written ({e.Message}); give this user a writable directory or set Platform:DataDirectory to another.", e);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static void Prepare(string root)
    {
        if (!Directory.Exists(root))
        {
            CreatePrivate(root);
            return;
        }

        if (OperatingSystem.IsWindows() || (File.GetUnixFileMode(root) & PrivateFiles.NotOwner) == UnixFileMode.None)
        {
            return;
        }

        // Tightening somebody else's directory (/tmp, a home) would break it.
        if (!File.Exists(Path.Combine(root, LockName)) && Directory.EnumerateFileSystemEntries(root).Any())
        {
            throw new DataDirectoryException(
                $"The data directory {root} holds files of something else and is open to other users; choose an empty directory, or chmod 700 this one.");
        }

        File.SetUnixFileMode(root, PrivateFiles.OwnerDirectory);
    }

    private static void CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, PrivateFiles.OwnerDirectory);
    }

    private static FileStream TakeLock(string root)
    {
        var file = Path.Combine(root, LockName);
        var first = OpenLock(file, root);
        try
        {
            OpenLock(file, root).Dispose();
        }
        catch (DataDirectoryException)
        {
            return first;
        }

        // Two exclusive locks at once: a file system or a runtime switch has turned locking off, and a second process would corrupt us.
        first.Dispose();
        throw new DataDirectoryException($"The file system of the data directory {root} does not lock files; use a local disk.");
    }

    private static FileStream OpenLock(string file, string root)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = PrivateFiles.OwnerFile;
        }

        try
        {
            return new FileStream(file, options);
        }
        catch (IOException e) when (IsSharingViolation(e))
        {
            throw new DataDirectoryException(
                $"The data directory {root} is in use by another process; stop it, or set Platform:DataDirectory to another directory.", e);
        }
    }

    // EWOULDBLOCK of flock (Linux, macOS), or ERROR_SHARING_VIOLATION.
    private static bool IsSharingViolation(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static void ProveWritable(string root)
    {
        var probe = Path.Combine(root, "probe.tmp");
        File.Delete(probe);
        using (var file = PrivateFiles.Create(probe))
        {
            file.Write("writable"u8);
            file.Flush(flushToDisk: true);
        }

        File.Delete(probe);
        PrivateFiles.SyncDirectory(root);
    }
}
