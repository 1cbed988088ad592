using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Platform.Silo.Storage;

/// <summary>Files and directories that only our own user may touch, and the fsync of a directory that .NET does not offer.</summary>
internal static class PrivateFiles
{
    public const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public const UnixFileMode OwnerDirectory = OwnerFile | UnixFileMode.UserExecute;

    public const UnixFileMode NotOwner =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute |
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>True when group and others have no right at all and the open file belongs to the user of this process.</summary>
    public static bool IsPrivate(SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        // Without statx a file of mode 0600 that could be opened is ours, unless we are root.
        return (File.GetUnixFileMode(file) & NotOwner) == UnixFileMode.None
            && (!OperatingSystem.IsLinux() || Native.Owner(file) == Native.geteuid());
    }

    /// <summary>Makes the directory for its owner alone; one that is there must be so already.</summary>
    /// <exception cref="UnauthorizedAccessException">Others may enter it.</exception>
    public static void RequireDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, OwnerDirectory);
        if ((File.GetUnixFileMode(path) & NotOwner) != UnixFileMode.None)
        {
            throw new UnauthorizedAccessException("it is open to other users; chmod 700 it");
        }
    }

    /// <summary>Opens a new file of mode 0600; fails when the path exists.</summary>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerFile;
        }

        return new FileStream(path, options);
    }

    /// <summary>Puts the content in place of the file so that a crash leaves the old or the new one, and returns when it is on disk.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        using (var file = Create(temporary))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Makes creations, renames and deletions in the directory durable.</summary>
    public static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Native.open(path, 0);
        if (descriptor < 0)
        {
            throw new IOException($"Cannot open the directory {path}: error {Marshal.GetLastPInvokeError()}.");
        }

        var failed = Native.fsync(descriptor) != 0;
        var error = Marshal.GetLastPInvokeError();
        _ = Native.close(descriptor);
        if (failed)
        {
            throw new IOException($"Cannot flush the directory {path}: error {error}.");
        }
    }

    private static class Native
    {
        private const int AtEmptyPath = 0x1000;
        private const uint StatxUid = 0x8;
        private const int StatxSize = 256;
        private const int UidOffset = 20;

        // statx, because its structure is the same on every architecture.
        public static uint Owner(SafeFileHandle file)
        {
            var buffer = new byte[StatxSize];
            if (statx(file, string.Empty, AtEmptyPath, StatxUid, buffer) != 0)
            {
                throw new IOException($"Cannot read the owner of a file: error {Marshal.GetLastPInvokeError()}.");
            }

            return BitConverter.ToUInt32(buffer, UidOffset);
        }

        [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int statx(SafeFileHandle directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] result);

        [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern uint geteuid();

        [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int fsync(int descriptor);

        [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int close(int descriptor);
    }
}
