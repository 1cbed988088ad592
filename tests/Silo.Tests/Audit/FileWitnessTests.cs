using Platform.Silo.Audit.Witnesses;
using static Platform.Silo.Tests.Audit.Witness;

namespace Platform.Silo.Tests.Audit;

[Trait("Control", "AL-4")]
public sealed class FileWitnessTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FileWitness _witness;

    public FileWitnessTests()
    {
        Directory.CreateDirectory(_directory.Path);
        _witness = new FileWitness(_directory["witness.jsonl"]);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Before_the_first_checkpoint_it_has_none() => Assert.Null(await _witness.LastAsync(CancellationToken.None));

    [Fact]
    public async Task It_puts_together_what_it_was_given()
    {
        await _witness.WriteAsync(Record(1, full: true, Head("aaaaaaaa", 1), Head("bbbbbbbb", 1)), CancellationToken.None);
        await _witness.WriteAsync(Record(2, full: false, Head("bbbbbbbb", 2)), CancellationToken.None);

        var last = await _witness.LastAsync(CancellationToken.None);

        Assert.Equal((2, true), (last!.Number, last.Full));
        Assert.Equal([Head("aaaaaaaa", 1), Head("bbbbbbbb", 2)], last.Heads);
    }

    [Fact]
    public async Task What_it_has_stays_byte_for_byte()
    {
        await _witness.WriteAsync(Record(1, full: true), CancellationToken.None);
        var before = await File.ReadAllBytesAsync(_directory["witness.jsonl"]);

        await _witness.WriteAsync(Record(2, full: true), CancellationToken.None);

        Assert.Equal(before, (await File.ReadAllBytesAsync(_directory["witness.jsonl"]))[..before.Length]);
    }

    [Fact]
    public async Task The_file_is_its_owners()
    {
        await _witness.WriteAsync(Record(1, full: true), CancellationToken.None);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory["witness.jsonl"]));
    }

    [Fact]
    public async Task A_line_that_a_power_cut_left_incomplete_spoils_none_after_it()
    {
        await _witness.WriteAsync(Record(1, full: true, Head("aaaaaaaa", 1)), CancellationToken.None);
        await File.AppendAllTextAsync(_directory["witness.jsonl"], "{\"v\":1,\"num");
        Assert.Equal(1, (await _witness.LastAsync(CancellationToken.None))!.Number);

        await _witness.WriteAsync(Record(3, full: true, Head("aaaaaaaa", 3)), CancellationToken.None);

        Assert.Equal((3, 3), await _witness.LastAsync(CancellationToken.None) is { } last ? (last.Number, last.Heads[0].Sequence) : default);
    }

    [Fact]
    public async Task A_directory_that_is_not_there_is_a_failure() =>
        await Assert.ThrowsAnyAsync<IOException>(() => new FileWitness(_directory["nowhere/witness.jsonl"]).WriteAsync(Record(1, full: true), CancellationToken.None));
}
