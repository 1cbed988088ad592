using Microsoft.Win32.SafeHandles;
using Platform.Abstractions.Files;
using Platform.Abstractions.Tenants;
using Platform.Grains.Files;
using Platform.Silo.Storage;

namespace Platform.Silo.Files;

/// <summary>
/// Tenants' files below <c>files/{tenant}</c>: <c>content</c> holds them by their paths, <c>incoming</c> those that are on their way. A path is never made a string that begins at
/// the root of the file system: everything is opened from the open folder of the tenant, by the rules of <see cref="Beneath"/>.
/// </summary>
internal sealed partial class SandboxedFiles : IFileStore, IDisposable
{
    private const string Content = "content";
    private const string Incoming = "incoming";

    private readonly SafeFileHandle _root;
    private readonly ILogger<SandboxedFiles> _logger;

    /// <param name="directory">Open: nobody else may enter it. Files are in a folder of it.</param>
    /// <param name="logger">Hears of what is in a tenant's folder and is no file.</param>
    /// <exception cref="DataDirectoryException">The system cannot keep tenants apart.</exception>
    public SandboxedFiles(DataDirectory directory, ILogger<SandboxedFiles> logger) : this(directory.FilesDirectory, logger)
    {
    }

    /// <param name="folder">Made when it is missing; the silos of a cluster share it.</param>
    /// <param name="logger">Hears of what is in a tenant's folder and is no file.</param>
    /// <exception cref="DataDirectoryException">The system cannot keep tenants apart.</exception>
    public SandboxedFiles(string folder, ILogger<SandboxedFiles> logger)
    {
        _logger = logger;
        if (!OperatingSystem.IsLinux())
        {
            throw new DataDirectoryException("Files of tenants need Linux: no other system opens a path without leaving its folder. Run the platform on Linux 5.6 or later.");
        }

        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _root = Beneath.Root(folder);
        using var itself = Beneath.Folder(_root, ".", out var fault);
        using var outside = Beneath.Folder(_root, "..", out var escape);
        if (itself is null || outside is not null || !escape.IsEscape)
        {
            _root.Dispose();
            throw new DataDirectoryException(
                $"The kernel does not confine paths to a folder (openat2: errors {fault.Number} and {escape.Number}), so files of tenants could not be kept apart. Use Linux 5.6 or later, and a container runtime that allows openat2.");
        }
    }

    public ValueTask<IUploadFile> CreateAsync(TenantId tenant, string upload) => OnPool<IUploadFile>(() =>
    {
        using var incoming = Folder(tenant, Incoming);
        return new UploadFile(Beneath.New(incoming, upload, out var fault) ?? throw fault.Error("make a temporary file"));
    });

    public ValueTask<bool> PlaceAsync(TenantId tenant, string upload, FilePath path) => OnPool(() =>
    {
        using var incoming = Folder(tenant, Incoming);
        var folder = Folder(tenant, Content);
        try
        {
            var segments = path.Segments;
            foreach (var segment in segments.AsSpan(0, segments.Length - 1))
            {
                var below = FolderOf(folder, segment, out var blocked);
                if (below is null)
                {
                    return blocked.IsNotOurs ? false : throw blocked.Error("make a folder");
                }

                folder.Dispose();
                folder = below;
            }

            var fault = Beneath.Rename(incoming, upload, folder, segments[^1]);
            if (fault.IsFolder)
            {
                return false;
            }

            Require(fault, "put a file in place");
            Require(Beneath.Sync(folder), "flush a folder");
            Require(Beneath.Sync(incoming), "flush a folder");
            return true;
        }
        finally
        {
            folder.Dispose();
        }
    });

    public ValueTask DiscardAsync(TenantId tenant, string upload) => OnPool(() =>
    {
        using var incoming = Folder(tenant, Incoming);
        var fault = Beneath.Unlink(incoming, upload);
        Require(fault.IsAbsent ? default : fault, "delete a temporary file");
    });

    public ValueTask DiscardAllAsync(TenantId tenant) => OnPool(() =>
    {
        using var own = Beneath.Folder(_root, tenant.ToString(), out _);
        if (own is not null)
        {
            FolderTree.Remove(own, Incoming, CancellationToken.None);
        }
    });

    public ValueTask<IOpenFile?> OpenAsync(TenantId tenant, FilePath path) => OnPool<IOpenFile?>(() =>
    {
        using var content = Beneath.Folder(_root, $"{tenant}/{Content}", out var fault);
        var file = content is null ? null : Beneath.Read(content, path.ToString(), out fault);
        if (file is null)
        {
            if (!fault.IsNotOurs)
            {
                throw fault.Error("open a file");
            }

            if (!fault.IsAbsent)
            {
                Log.Refused(_logger, tenant.ToString(), fault.Number);
            }

            return null;
        }

        if (Beneath.IsOneFile(file))
        {
            return new OpenFile(file);
        }

        file.Dispose();
        Log.Refused(_logger, tenant.ToString(), 0);
        return null;
    });

    public ValueTask RemoveAsync(TenantId tenant, FilePath path) => OnPool(() =>
    {
        var segments = path.Segments;
        for (var depth = segments.Length; depth > 0; depth--)
        {
            using var folder = Beneath.Folder(_root, string.Join('/', [tenant.ToString(), Content, .. segments[..(depth - 1)]]), out var closed);
            if (folder is null)
            {
                // What is not there, or no folder of ours, holds no file of ours.
                Require(closed.IsNotOurs ? default : closed, "open a folder");
                continue;
            }

            var isFile = depth == segments.Length;
            var fault = isFile ? Beneath.Unlink(folder, segments[depth - 1]) : Beneath.UnlinkFolder(folder, segments[depth - 1]);
            if (!isFile && !fault.IsNone && !fault.IsAbsent)
            {
                // Not empty, or nothing that we made: everything above stays.
                return;
            }

            Require(fault.IsAbsent || fault.IsFolder ? default : fault, "delete a file");
            Require(Beneath.Sync(folder), "flush a folder");
        }
    });

    public ValueTask PurgeAsync(TenantId tenant, CancellationToken cancel) => OnPool(() =>
    {
        FolderTree.Remove(_root, tenant.ToString(), cancel);
        Require(Beneath.Sync(_root), "flush a folder");
    });

    public void Dispose() => _root.Dispose();

    private SafeFileHandle Folder(TenantId tenant, string name)
    {
        using var own = FolderOf(_root, tenant.ToString(), out var fault) ?? throw fault.Error("open a tenant's folder");
        return FolderOf(own, name, out fault) ?? throw fault.Error("open a tenant's folder");
    }

    private static SafeFileHandle? FolderOf(SafeFileHandle at, string name, out FileFault fault)
    {
        var there = Beneath.Folder(at, name, out fault);
        if (!fault.IsAbsent)
        {
            return there;
        }

        fault = Beneath.MakeFolder(at, name);
        if (!fault.IsNone && !fault.IsThere)
        {
            return null;
        }

        Require(Beneath.Sync(at), "flush a folder");
        return Beneath.Folder(at, name, out fault);
    }

    private static void Require(FileFault fault, string attempt)
    {
        if (!fault.IsNone)
        {
            throw fault.Error(attempt);
        }
    }

    // Never on a grain's turn: the disk takes its time.
    private static ValueTask<T> OnPool<T>(Func<T> work) => new(Task.Run(work));

    private static ValueTask OnPool(Action work) => new(Task.Run(work));

    private sealed class UploadFile(SafeFileHandle handle) : IUploadFile
    {
        private long _size;

        public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes)
        {
            await RandomAccess.WriteAsync(handle, bytes, _size);
            _size += bytes.Length;
        }

        public ValueTask FlushAsync() => OnPool(() => RandomAccess.FlushToDisk(handle));

        public void Dispose() => handle.Dispose();
    }

    private sealed class OpenFile(SafeFileHandle handle) : IOpenFile
    {
        public long Size => RandomAccess.GetLength(handle);

        public ValueTask<int> ReadAsync(Memory<byte> bytes, long offset) => RandomAccess.ReadAsync(handle, bytes, offset);

        public void Dispose() => handle.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "FileRefused", Level = LogLevel.Warning, Message = "In the folder of tenant {Tenant} is something that is no file of its own: error {Error}.")]
        public static partial void Refused(ILogger logger, string tenant, int error);
    }
}
