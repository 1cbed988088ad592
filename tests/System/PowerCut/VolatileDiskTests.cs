namespace Platform.System.Tests.PowerCut;

/// <summary>The measure of <see cref="PowerCutTests"/> must itself forget what was not made durable.</summary>
public sealed class VolatileDiskTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("mocopr-disk-").FullName;
    private readonly string _cut = Directory.CreateTempSubdirectory("mocopr-cut-").FullName;
    private long _clock;

    public void Dispose()
    {
        Directory.Delete(_root, recursive: true);
        Directory.Delete(_cut, recursive: true);
    }

    [Fact]
    public void Bytes_without_an_fsync_are_lost()
    {
        Given("a", "old");
        Assert.Equal("old", After("a", Write("a", "new")));
    }

    [Fact]
    public void Bytes_with_an_fsync_are_kept()
    {
        Given("a", "old");
        Assert.Equal("new", After("a", Write("a", "new"), Sync("a")));
    }

    [Fact]
    public void An_fsync_keeps_only_what_was_written_before_it_began()
    {
        Given("a", "old");
        var sync = Sync("a");
        var write = Write("a", "new");
        Assert.Equal("old", After("a", sync with { Left = write.Left + 10 }, write));
    }

    [Fact]
    public void A_failed_fsync_keeps_nothing()
    {
        Given("a", "old");
        Assert.Equal("old", After("a", Write("a", "new"), Sync("a") with { Result = "-1 EIO (Input/output error) " }));
    }

    [Fact]
    public void A_new_file_without_an_fsync_of_its_folder_is_lost() => Assert.Null(After("b", Create("b"), Write("b", "new"), Sync("b")));

    [Fact]
    public void A_new_file_with_an_fsync_of_its_folder_is_kept() => Assert.Equal("new", After("b", Create("b"), Write("b", "new"), Sync("b"), Sync("")));

    [Fact]
    public void A_name_moves_only_with_an_fsync_of_its_folder()
    {
        Given("a", "old");
        var steps = new[] { Create("b"), Write("b", "new"), Sync("b"), Rename("b", "a") };
        Assert.Equal("old", After("a", steps));
    }

    [Fact]
    public void A_name_that_moved_with_an_fsync_of_its_folder_is_kept()
    {
        Given("a", "old");
        Assert.Equal("new", After("a", Create("b"), Write("b", "new"), Sync("b"), Rename("b", "a"), Sync("")));
        Assert.False(File.Exists(Path.Combine(_cut, "b")));
    }

    [Fact]
    public void A_call_that_is_not_known_is_no_silent_loss()
    {
        Given("a", "old");
        Assert.Throws<NotSupportedException>(() => After("a", Call("fallocate", $"3<{Path.Combine(_root, "a")}>, 0, 0, 10", "0")));
    }

    private void Given(string name, string text) => File.WriteAllText(Path.Combine(_root, name), text);

    private string? After(string name, params Syscall[] calls)
    {
        var disk = new VolatileDisk(_root);
        disk.Play(calls, [long.MaxValue], _ => disk.CutTo(_cut, torn: null));
        var left = Path.Combine(_cut, name);
        return File.Exists(left) ? File.ReadAllText(left) : null;
    }

    private Syscall Create(string name) => Call("openat", $"AT_FDCWD</tmp>, \"{Path.Combine(_root, name)}\", O_RDWR|O_CREAT, 0600", "3");

    private Syscall Write(string name, string text) => Call("pwrite64", $"3<{Path.Combine(_root, name)}>, \"{text}\", {text.Length}, 0", $"{text.Length} ");

    private Syscall Sync(string name) => Call("fsync", $"3<{Path.Combine(_root, name).TrimEnd('/')}>", "0 ");

    private Syscall Rename(string from, string to) => Call("rename", $"\"{Path.Combine(_root, from)}\", \"{Path.Combine(_root, to)}\"", "0 ");

    private Syscall Call(string name, string arguments, string result) => new(name, arguments, result, ++_clock, ++_clock);
}
