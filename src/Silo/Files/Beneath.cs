using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Platform.Silo.Files;

/// <summary>
/// The kernel's calls that work below an open directory and never leave it. Every open is <c>openat2</c> with all four restrictions: the kernel walks the path, so that nothing
/// can change between a check and a use (RS-1). .NET has none of them.
/// </summary>
internal static class Beneath
{
    private const string LibC = "libc";
    private const int Attempts = 128;

    // RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH
    private const ulong Resolve = 0x01 | 0x02 | 0x04 | 0x08;
    private const int OpenAt2 = 437;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int WriteOnly = 1;
    private const int RemoveDirectory = 0x200;
    private const int EmptyPath = 0x1000;

    // These differ between the two instruction sets that .NET has for Linux.
    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
    private static readonly int Directory = IsArm ? 0x4000 : 0x10000;
    private static readonly int NoFollow = IsArm ? 0x8000 : 0x20000;
    private static readonly int GetDents = IsArm ? 61 : 217;

    /// <summary>The one folder that is opened by an absolute path; everything else is opened from it.</summary>
    public static SafeFileHandle Root(string path)
    {
        var descriptor = Native.open(Bytes(path), Directory | NoFollow | CloseOnExec);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw FileFault.Last.Error("open the folder of files");
    }

    /// <summary>A folder, or null and why there is none.</summary>
    public static SafeFileHandle? Folder(SafeFileHandle at, string path, out FileFault fault) => Folder(at, Bytes(path), out fault);

    public static SafeFileHandle? Folder(SafeFileHandle at, byte[] path, out FileFault fault) => Open(at, path, Directory | NoFollow, 0, out fault);

    /// <summary>Something to read, or null and why there is none. Does not wait for the other end of a pipe.</summary>
    public static SafeFileHandle? Read(SafeFileHandle at, string path, out FileFault fault) => Open(at, Bytes(path), NoFollow | NonBlocking, 0, out fault);

    /// <summary>A new file of mode 0600.</summary>
    public static SafeFileHandle? New(SafeFileHandle at, string name, out FileFault fault) => Open(at, Bytes(name), WriteOnly | Create | Exclusive | NoFollow | NonBlocking, 0x180, out fault);

    public static FileFault MakeFolder(SafeFileHandle at, string name) => Fault(Native.mkdirat(at, Bytes(name), 0x1C0));

    public static FileFault Unlink(SafeFileHandle at, string name) => Unlink(at, Bytes(name));

    public static FileFault Unlink(SafeFileHandle at, byte[] name) => Fault(Native.unlinkat(at, name, 0));

    public static FileFault UnlinkFolder(SafeFileHandle at, string name) => UnlinkFolder(at, Bytes(name));

    public static FileFault UnlinkFolder(SafeFileHandle at, byte[] name) => Fault(Native.unlinkat(at, name, RemoveDirectory));

    /// <summary>Both names are of one segment. What stands at the second is replaced, not followed.</summary>
    public static FileFault Rename(SafeFileHandle from, string name, SafeFileHandle to, string newName) => Fault(Native.renameat(from, Bytes(name), to, Bytes(newName)));

    public static FileFault Sync(SafeFileHandle handle) => Fault(Native.fsync(handle));

    /// <summary>Whether the open thing is a regular file of exactly one name: a second one could be anywhere.</summary>
    public static bool IsOneFile(SafeFileHandle handle)
    {
        const uint Type = 0x1, Links = 0x4;
        var buffer = new byte[256];
        if (Native.statx(handle, Bytes(string.Empty), EmptyPath, Type | Links, buffer) != 0)
        {
            throw FileFault.Last.Error("examine a file");
        }

        var links = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(16));
        var mode = BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(28));
        return (mode & 0xF000) == 0x8000 && links == 1;
    }

    /// <summary>What the folder holds: names with the zero at their end, as the kernel has them. They need not be text.</summary>
    public static List<byte[]> Names(SafeFileHandle folder)
    {
        var names = new List<byte[]>();
        var buffer = new byte[32 * 1024];
        while (true)
        {
            var read = (int)Native.syscall(GetDents, folder, buffer, buffer.Length);
            if (read < 0)
            {
                throw FileFault.Last.Error("list a folder");
            }

            if (read == 0)
            {
                return names;
            }

            // struct linux_dirent64: inode 8, offset 8, length 2, type 1, name and a zero.
            for (var at = 0; at < read; at += BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(at + 16)))
            {
                var rest = buffer.AsSpan(at + 19);
                var name = rest[..(rest.IndexOf((byte)0) + 1)];
                if (!name.SequenceEqual(".\0"u8) && !name.SequenceEqual("..\0"u8))
                {
                    names.Add(name.ToArray());
                }
            }
        }
    }

    private static SafeFileHandle? Open(SafeFileHandle at, byte[] path, int flags, ulong mode, out FileFault fault)
    {
        var how = new OpenHow { Flags = (ulong)(uint)(flags | CloseOnExec), Mode = mode, Resolve = Resolve };
        for (var attempt = 0; ; attempt++)
        {
            var descriptor = Native.syscall(OpenAt2, at, path, ref how, Marshal.SizeOf<OpenHow>());
            if (descriptor >= 0)
            {
                fault = default;
                return new SafeFileHandle((nint)descriptor, ownsHandle: true);
            }

            fault = FileFault.Last;

            // The kernel says so when names changed under it, or a signal came: it did not open anything.
            if (!fault.IsPassing || attempt == Attempts)
            {
                return null;
            }
        }
    }

    private static byte[] Bytes(string name) => Encoding.UTF8.GetBytes(name + '\0');

    private static FileFault Fault(int result) => result == 0 ? default : FileFault.Last;

    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }

    private static class Native
    {
        [DllImport(LibC, SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int open(byte[] path, int flags);

        [DllImport(LibC, SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern long syscall(long number, SafeFileHandle directory, byte[] path, ref OpenHow how, nint size);

        [DllImport(LibC, SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern long syscall(long number, SafeFileHandle directory, [Out] byte[] entries, nint size);

        [DllImport(LibC, SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int statx(SafeFileHandle directory, byte[] path, int flags, uint mask, [Out] byte[] result);

        [DllImport(LibC, SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int mkdirat(SafeFileHandle directory, byte[] name, uint mode);

        [DllImport(LibC, SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int unlinkat(SafeFileHandle directory, byte[] name, int flags);

        [DllImport(LibC, SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int renameat(SafeFileHandle from, byte[] name, SafeFileHandle to, byte[] newName);

        [DllImport(LibC, SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int fsync(SafeFileHandle file);
    }
}
