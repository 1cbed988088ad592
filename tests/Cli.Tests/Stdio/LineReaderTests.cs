using System.IO.Pipelines;
using System.Text;
using CsCheck;
using Platform.Cli.Stdio;

namespace Platform.Cli.Tests.Stdio;

[Collection(nameof(WholeProcess))]
public sealed class LineReaderTests
{
    [Fact]
    public async Task Lines_come_without_their_newlines() =>
        Assert.Equal(["one", "two\r", "", "three"], await ReadAll("one\ntwo\r\n\nthree\n"u8.ToArray()));

    [Fact]
    public async Task What_follows_the_last_newline_is_a_line() => Assert.Equal(["one", "two"], await ReadAll("one\ntwo"u8.ToArray()));

    [Fact]
    public async Task A_byte_order_mark_is_ignored_before_the_first_line() => Assert.Equal(["one"], await ReadAll("\uFEFFone\n"u8.ToArray()));

    [Fact]
    public async Task A_byte_order_mark_stays_before_any_other_line() => Assert.Equal(["one", "\uFEFFtwo"], await ReadAll("one\n\uFEFFtwo\n"u8.ToArray()));

    [Fact, Trait("Control", "TR-11")]
    public async Task A_line_of_the_longest_length_is_read() => Assert.Equal([new string('a', 64)], await ReadAll(Encoding.UTF8.GetBytes(new string('a', 64) + "\n")));

    [Fact, Trait("Control", "TR-11")]
    public async Task A_line_that_is_too_long_is_dropped_and_the_next_one_is_read() =>
        Assert.Equal(["one", "(too long)", "two"], await ReadAll(Encoding.UTF8.GetBytes($"one\n{new string('a', 65)}\ntwo\n")));

    [Fact, Trait("Control", "TR-11")]
    public async Task A_line_that_is_too_long_and_never_ends_is_reported_at_the_end() =>
        Assert.Equal(["(too long)"], await ReadAll(Encoding.UTF8.GetBytes(new string('a', 10_000))));

    [Fact, Trait("Control", "TR-11")]
    public async Task A_gibibyte_without_a_newline_is_not_kept()
    {
        var reader = new LineReader(PipeReader.Create(new EndlessStream(1L << 30)), 1024 * 1024);
        var before = GC.GetTotalAllocatedBytes();
        Assert.Equal(LineKind.TooLong, (await reader.ReadAsync(CancellationToken.None)).Kind);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 64L * 1024 * 1024);
    }

    [Fact]
    public void However_the_bytes_arrive_the_lines_are_the_same() => Gen.Int[1, 20].Array[1, 40].Sample(pieces =>
    {
        var text = Encoding.UTF8.GetBytes("{\"a\":1}\n\n{\"b\":\"é中\"}\r\n" + new string('x', 80) + "\nlast");
        var whole = ReadAll(text).Result;
        Assert.Equal(whole, ReadAll(text, pieces).Result);
    });

    private static async Task<List<string>> ReadAll(byte[] bytes, params int[] pieces)
    {
        var reader = new LineReader(PipeReader.Create(new PiecemealStream(bytes, pieces)), 64);
        var lines = new List<string>();
        while (await reader.ReadAsync(CancellationToken.None) is { Kind: not LineKind.End } line)
        {
            lines.Add(line.Kind == LineKind.TooLong ? "(too long)" : Encoding.UTF8.GetString(line.Bytes));
        }

        return lines;
    }
}
