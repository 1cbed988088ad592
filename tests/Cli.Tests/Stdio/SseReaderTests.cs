using System.Text;
using CsCheck;
using Platform.Cli.Stdio;

namespace Platform.Cli.Tests.Stdio;

public sealed class SseReaderTests : IDisposable
{
    private readonly NoteWriter _notes = new();

    public void Dispose() => _notes.Dispose();

    [Theory]
    [InlineData("data: one\n\ndata: two\n\n")]
    [InlineData("data: one\r\n\r\ndata: two\r\n\r\n")]
    [InlineData("data: one\r\rdata: two\r\r")]
    [InlineData("\uFEFFdata:one\n\n:comment\nevent: message\ndata: two\n\n")]
    public async Task Events_are_read_whatever_ends_their_lines(string stream) => Assert.Equal(["one", "two"], await Data(stream));

    [Fact]
    public async Task Data_of_several_lines_is_one_message() => Assert.Equal(["{\n}"], await Data("data: {\ndata: }\n\n"));

    [Fact]
    public async Task Only_one_blank_after_the_colon_is_dropped() => Assert.Equal([" one"], await Data("data:  one\n\n"));

    [Fact]
    public async Task Events_of_another_type_are_not_messages() => Assert.Equal(["two"], await Data("event: endpoint\ndata: one\n\ndata: two\n\n"));

    [Fact]
    public async Task What_is_incomplete_at_the_end_is_dropped() => Assert.Equal(["one"], await Data("data: one\n\ndata: two\n"));

    [Fact]
    public async Task An_event_that_never_ends_is_not_kept()
    {
        using var endless = new EndlessStream(64 * 1024 * 1024);
        var reader = new SseReader(endless, 256 * 1024, new Diagnostics(_notes, TimeProvider.System));
        var before = GC.GetAllocatedBytesForCurrentThread();

        // The stream answers at once, so all of it happens on this thread.
        var next = reader.NextAsync(static () => { }, TestContext.Current.CancellationToken);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(next.IsCompleted);
        Assert.Null(await next);
        Assert.InRange(allocated, 0, 2 * 1024 * 1024);
    }

    [Fact]
    public async Task A_priming_event_sets_the_id_and_says_nothing()
    {
        var reader = Reader("id: 7\nretry: 1500\ndata:\n\n: keep-alive\n\n");
        Assert.Null(await Next(reader));
        Assert.Equal("7", reader.LastEventId);
        Assert.Equal(TimeSpan.FromMilliseconds(1500), reader.Retry);
    }

    [Fact]
    public async Task An_id_without_its_event_does_not_count_yet()
    {
        var reader = Reader("id: 1\ndata: one\n\nid: 2\n");
        await Next(reader);
        Assert.Null(await Next(reader));
        Assert.Equal("1", reader.LastEventId);
    }

    [Fact]
    public async Task An_id_holds_for_the_events_after_it()
    {
        var reader = Reader("id: 1\ndata: one\n\ndata: two\n\n");
        await Next(reader);
        await Next(reader);
        Assert.Equal("1", reader.LastEventId);
    }

    [Theory, Trait("Control", "TR-11")]
    [InlineData("id: a\0b\ndata: one\n\n")]
    [InlineData("id: é\ndata: one\n\n")]
    public async Task An_id_that_no_header_can_carry_is_none(string stream)
    {
        var reader = Reader(stream);
        await Next(reader);
        Assert.Null(reader.LastEventId);
    }

    [Theory, Trait("Control", "TR-11")]
    [InlineData(1)]
    [InlineData(20)]
    public async Task An_event_that_is_too_long_is_dropped_and_the_stream_goes_on(int lines)
    {
        var tooLong = string.Concat(Enumerable.Repeat($"data: {new string('a', 200 / lines)}\n", lines));
        Assert.Equal(["one", "two"], await Data($"data: one\n\nid: 5\n{tooLong}\ndata: two\n\n"));
        Assert.Contains("too long", _notes.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void However_the_bytes_arrive_the_events_are_the_same() => Gen.Int[1, 9].Array[1, 40].Sample(pieces =>
    {
        const string Stream = "id: 1\r\ndata: é中\r\ndata: b\r\n\r\n:c\r\rdata: two\n\ndata: three\r\n\n";
        Assert.Equal(Data(Stream).Result, Data(Stream, pieces).Result);
    });

    private async Task<List<string>> Data(string stream, params int[] pieces)
    {
        var reader = Reader(stream, pieces);
        var data = new List<string>();
        while (await Next(reader) is { } next)
        {
            data.Add(next);
        }

        return data;
    }

    private SseReader Reader(string stream, params int[] pieces) =>
        new(new PiecemealStream(Encoding.UTF8.GetBytes(stream), pieces), 100, new Diagnostics(_notes, TimeProvider.System));

    private static async Task<string?> Next(SseReader reader) =>
        await reader.NextAsync(() => { }, CancellationToken.None) is { } data ? Encoding.UTF8.GetString(data.Span) : null;
}
