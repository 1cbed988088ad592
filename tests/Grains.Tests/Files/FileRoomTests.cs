using Platform.Grains.Files;

namespace Platform.Grains.Tests.Files;

[Trait("Control", "RS-2")]
public sealed class FileRoomTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FileRoom _room = new(maxBytes: 100, maxCount: 2);

    [Fact]
    public void The_last_byte_fits_and_one_more_does_not()
    {
        Assert.True(Begin("u1", "a", 60));
        Assert.True(Begin("u2", "b", 40));
        Assert.False(_room.TryExtend("u1", 61, Now));
        Assert.Equal(100, _room.Bytes);
    }

    [Fact]
    public void An_upload_that_ended_gives_its_room_back()
    {
        Begin("u1", "a", 60);
        _room.Release("u1");
        _room.Release("u1");

        Assert.Equal((0, 0), (_room.Bytes, _room.Count));
    }

    [Fact]
    public void An_upload_that_replaces_a_file_counts_beside_it_until_it_is_in_place()
    {
        _room.Put("a", 60);

        Assert.False(Begin("u1", "a", 41));
        Assert.True(Begin("u1", "a", 40));
        Assert.Equal((100, 1), (_room.Bytes, _room.Count));
        _room.Put("a", 40);
        _room.Release("u1");
        Assert.Equal((40, 1), (_room.Bytes, _room.Count));
    }

    [Fact]
    public void New_files_count_while_they_come()
    {
        _room.Put("a", 1);

        Assert.True(Begin("u1", "b", 1));
        Assert.False(Begin("u2", "c", 1));
        Assert.True(Begin("u3", "a", 1));
    }

    [Fact]
    public void Room_never_shrinks_under_an_upload()
    {
        Begin("u1", "a", 60);

        Assert.True(_room.TryExtend("u1", 10, Now));
        Assert.Equal(60, _room.Bytes);
    }

    [Fact]
    public void An_upload_that_nobody_knows_gets_none() => Assert.False(_room.TryExtend("u1", 1, Now));

    [Fact]
    public void Who_is_silent_is_found_and_who_lives_is_not()
    {
        Begin("u1", "a", 1);
        Begin("u2", "b", 1);
        _room.TryExtend("u2", 1, Now.AddSeconds(60));

        Assert.Equal(["u1"], _room.SilentSince(Now.AddSeconds(1)));
    }

    private bool Begin(string upload, string path, long bytes) => _room.TryBegin(upload, new UploadRoom(path, 0, bytes, Now));
}
