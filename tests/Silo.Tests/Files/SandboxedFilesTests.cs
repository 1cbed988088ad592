using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Abstractions.Files;
using Platform.Abstractions.Tenants;
using Platform.Grains.Files;
using Platform.Silo.Files;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Files;

/// <summary>What somebody who writes to a tenant's folder, or races the platform there, can make it read or delete: nothing outside.</summary>
[Trait("Control", "RS-1")]
public sealed class SandboxedFilesTests : IDisposable
{
    private const string Secret = "secret of somebody else";

    private readonly TemporaryDirectory _temporary = new();
    private readonly DataDirectory _directory;
    private readonly SandboxedFiles _files;
    private readonly TenantId _tenant = TenantId.New();

    public SandboxedFilesTests()
    {
        _directory = DataDirectory.Open(Path.Combine(_temporary.Path, "data"));
        _files = new SandboxedFiles(_directory, NullLogger<SandboxedFiles>.Instance);
        Directory.CreateDirectory(Content);
        File.WriteAllText(Outside, Secret);
    }

    private string Root => Path.Combine(_directory.FilesDirectory, _tenant.ToString());

    private string Content => Path.Combine(Root, "content");

    private string Outside => Path.Combine(_temporary.Path, "outside.md");

    public void Dispose()
    {
        _files.Dispose();
        _directory.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public async Task What_is_put_in_place_is_read_and_belongs_to_the_owner_alone()
    {
        await PlaceAsync("public/2026/a.md", "hello");

        Assert.Equal("hello", await ReadAsync("public/2026/a.md"));
        Assert.Equal(PrivateFiles.OwnerFile, File.GetUnixFileMode(Path.Combine(Content, "public/2026/a.md")));
        Assert.Equal(PrivateFiles.OwnerDirectory, File.GetUnixFileMode(Path.Combine(Content, "public/2026")));
    }

    [Fact]
    public async Task An_upload_replaces_the_file_as_a_whole()
    {
        await PlaceAsync("a.md", "old");
        using var reader = await _files.OpenAsync(_tenant, PathOf("a.md"));

        await PlaceAsync("a.md", "newer");

        Assert.Equal("old", await TextAsync(reader!));
        Assert.Equal("newer", await ReadAsync("a.md"));
    }

    [Fact]
    public async Task A_link_to_a_file_is_not_followed()
    {
        File.CreateSymbolicLink(Path.Combine(Content, "a.md"), Outside);

        Assert.Null(await _files.OpenAsync(_tenant, PathOf("a.md")));
    }

    [Fact]
    public async Task A_link_to_a_file_inside_is_not_followed_either()
    {
        await PlaceAsync("b.md", "inside");
        File.CreateSymbolicLink(Path.Combine(Content, "a.md"), "b.md");

        Assert.Null(await _files.OpenAsync(_tenant, PathOf("a.md")));
    }

    [Fact]
    public async Task A_link_to_a_folder_is_not_followed_for_reading_nor_writing_nor_deleting()
    {
        Directory.CreateSymbolicLink(Path.Combine(Content, "public"), _temporary.Path);

        Assert.Null(await _files.OpenAsync(_tenant, PathOf("public/outside.md")));
        Assert.False(await PlaceAsync("public/outside.md", "mine"));
        await _files.RemoveAsync(_tenant, PathOf("public/outside.md"));
        Assert.Equal(Secret, await File.ReadAllTextAsync(Outside));
    }

    [Fact]
    public async Task A_link_in_the_place_of_the_tenants_own_folder_is_not_followed()
    {
        Directory.Delete(Root, recursive: true);
        var theirs = Directory.CreateDirectory(Path.Combine(_directory.FilesDirectory, TenantId.New().ToString(), "content"));
        await File.WriteAllTextAsync(Path.Combine(theirs.FullName, "a.md"), Secret);
        Directory.CreateSymbolicLink(Root, theirs.Parent!.FullName);

        Assert.Null(await _files.OpenAsync(_tenant, PathOf("a.md")));
        await Assert.ThrowsAsync<IOException>(async () => await PlaceAsync("a.md", "mine"));
        Assert.Equal(Secret, await File.ReadAllTextAsync(Path.Combine(theirs.FullName, "a.md")));
    }

    [Fact]
    public async Task An_upload_replaces_a_link_and_leaves_what_it_led_to()
    {
        File.CreateSymbolicLink(Path.Combine(Content, "a.md"), Outside);

        await PlaceAsync("a.md", "mine");

        Assert.Equal(("mine", Secret), (await ReadAsync("a.md"), await File.ReadAllTextAsync(Outside)));
    }

    [Fact]
    public async Task A_file_of_a_second_name_is_not_read()
    {
        Native.Link(Outside, Path.Combine(Content, "a.md"));

        Assert.Null(await _files.OpenAsync(_tenant, PathOf("a.md")));
    }

    [Fact]
    public async Task A_pipe_is_not_read_and_nobody_waits_for_its_other_end()
    {
        Native.Pipe(Path.Combine(Content, "a.md"));

        Assert.Null(await _files.OpenAsync(_tenant, PathOf("a.md")).AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_folder_is_not_read()
    {
        Directory.CreateDirectory(Path.Combine(Content, "a.md"));

        Assert.Null(await _files.OpenAsync(_tenant, PathOf("a.md")));
        Assert.False(await PlaceAsync("a.md", "mine"));
    }

    /// <summary>Nobody but root makes a device; one that is reached by a link is refused as a link.</summary>
    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/proc/self/environ")]
    [InlineData("/proc/self/root/etc/hostname")]
    [InlineData("/proc/self/cwd")]
    public async Task A_device_and_the_process_itself_are_not_read(string target)
    {
        File.CreateSymbolicLink(Path.Combine(Content, "a.md"), target);
        Directory.CreateSymbolicLink(Path.Combine(Content, "proc"), "/proc/self");

        Assert.Null(await _files.OpenAsync(_tenant, PathOf("a.md")));
        Assert.Null(await _files.OpenAsync(_tenant, PathOf("proc/environ")));
        Assert.Null(await _files.OpenAsync(_tenant, PathOf("proc/root/etc/hostname")));
    }

    [Fact]
    public async Task A_neighbour_whose_name_begins_alike_is_another()
    {
        var evil = Directory.CreateDirectory(Root + "-evil/content");
        await File.WriteAllTextAsync(Path.Combine(evil.FullName, "a.md"), Secret);

        Assert.Null(await _files.OpenAsync(_tenant, PathOf("a.md")));
        Assert.False(FilePath.TryParse($"../../{_tenant}-evil/content/a.md", out _));
    }

    [Fact]
    public async Task Another_tenant_has_another_root()
    {
        await PlaceAsync("a.md", "mine");

        Assert.Null(await _files.OpenAsync(TenantId.New(), PathOf("a.md")));
    }

    /// <summary>Between a check of a path and its use there is no moment: the kernel does both (TOCTOU).</summary>
    [Fact]
    public async Task A_folder_that_is_swapped_for_a_link_while_it_is_read_lets_no_byte_out()
    {
        await PlaceAsync("public/outside.md", "inside");
        var (folder, link) = (Path.Combine(Content, "public"), Path.Combine(Content, "link"));
        Directory.CreateSymbolicLink(link, _temporary.Path);
        using var stop = new CancellationTokenSource();
        var swaps = 0;
        var swapper = Task.Factory.StartNew(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    Native.Exchange(folder, link);
                    swaps++;
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var (inside, refused) = (0, 0);
        for (var at = 0; at < 10_000; at++)
        {
            using var file = await _files.OpenAsync(_tenant, PathOf("public/outside.md"));
            if (file is null)
            {
                refused++;
                continue;
            }

            Assert.Equal("inside", await TextAsync(file));
            inside++;
        }

        await stop.CancelAsync();
        await swapper;
        Assert.True(swaps > 0 && inside > 0 && refused > 0, $"{swaps} swaps, {inside} reads, {refused} refusals: the race did not happen.");
    }

    [Fact]
    public async Task A_file_that_grows_shows_it_on_the_open_handle()
    {
        await PlaceAsync("a.md", "hello");
        using var file = await _files.OpenAsync(_tenant, PathOf("a.md"));
        Assert.Equal(5, file!.Size);

        await File.AppendAllTextAsync(Path.Combine(Content, "a.md"), ", more");

        Assert.Equal(11, file.Size);
    }

    [Fact]
    public async Task A_purge_takes_everything_and_follows_nothing()
    {
        await PlaceAsync("public/2026/a.md", "hello");
        using var under = await _files.CreateAsync(_tenant, "upload");
        Directory.CreateSymbolicLink(Path.Combine(Content, "link"), _temporary.Path);
        File.CreateSymbolicLink(Path.Combine(Content, "public", "link.md"), Outside);
        Native.Link(Outside, Path.Combine(Content, "hard.md"));
        Native.Pipe(Path.Combine(Content, "public", "pipe.md"));
        Native.File(Path.Combine(Content, "not-text-"), 0xFF);
        var deep = Content;
        for (var at = 0; at < 300; at++)
        {
            deep = Path.Combine(deep, "d");
        }

        Directory.CreateDirectory(deep);

        await _files.PurgeAsync(_tenant, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.False(Path.Exists(Root));
        Assert.Equal(Secret, await File.ReadAllTextAsync(Outside));
        await _files.PurgeAsync(_tenant, CancellationToken.None);
    }

    [Fact]
    public async Task A_purge_of_a_tenant_whose_folder_is_a_link_takes_the_link()
    {
        Directory.Delete(Root, recursive: true);
        Directory.CreateSymbolicLink(Root, _temporary.Path);

        await _files.PurgeAsync(_tenant, CancellationToken.None);

        Assert.False(Path.Exists(Root));
        Assert.True(File.Exists(Outside));
    }

    [Fact]
    public async Task A_deletion_takes_empty_folders_and_keeps_the_others()
    {
        await PlaceAsync("a/b/c.md", "hello");
        await PlaceAsync("a/d.md", "hello");

        await _files.RemoveAsync(_tenant, PathOf("a/b/c.md"));
        await _files.RemoveAsync(_tenant, PathOf("a/b/c.md"));

        Assert.Equal([Path.Combine(Content, "a/d.md")], Directory.EnumerateFileSystemEntries(Path.Combine(Content, "a")));
    }

    private async Task<bool> PlaceAsync(string path, string text)
    {
        var upload = Guid.NewGuid().ToString("N");
        using (var file = await _files.CreateAsync(_tenant, upload))
        {
            await file.AppendAsync(Encoding.UTF8.GetBytes(text));
            await file.FlushAsync();
        }

        return await _files.PlaceAsync(_tenant, upload, PathOf(path));
    }

    private async Task<string> ReadAsync(string path)
    {
        using var file = await _files.OpenAsync(_tenant, PathOf(path));
        return await TextAsync(file!);
    }

    private static async Task<string> TextAsync(IOpenFile file)
    {
        var bytes = new byte[100];
        return Encoding.UTF8.GetString(bytes, 0, await file.ReadAsync(bytes, 0));
    }

    private static FilePath PathOf(string text) => FilePath.TryParse(text, out var path) ? path : throw new UnreachableException();

    private static class Native
    {
        public static void Link(string target, string name) => Check(link(Text(target), Text(name)));

        public static void Pipe(string name) => Check(mkfifo(Text(name), 0x180));

        public static void Exchange(string one, string other) => Check(renameat2(-100, Text(one), -100, Text(other), flags: 2));

        /// <summary>An empty file whose name ends in a byte that is no text.</summary>
        public static void File(string name, byte last)
        {
            var descriptor = open([.. Encoding.UTF8.GetBytes(name), last, 0], 0x41, 0x180);
            Check(descriptor < 0 ? -1 : close(descriptor));
        }

        private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text + '\0');

        private static void Check(int result)
        {
            if (result != 0)
            {
                throw new IOException($"error {Marshal.GetLastPInvokeError()}");
            }
        }

        [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int link(byte[] target, byte[] name);

        [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int mkfifo(byte[] name, uint mode);

        [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int renameat2(int from, byte[] name, int to, byte[] newName, uint flags);

        [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int open(byte[] name, int flags, uint mode);

        [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int close(int descriptor);
    }
}
