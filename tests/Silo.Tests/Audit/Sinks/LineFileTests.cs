using System.Text;
using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Hosting;
using Platform.Silo.Audit.Sinks;
using static Platform.Silo.Tests.Audit.AuditRows;

namespace Platform.Silo.Tests.Audit.Sinks;

[Trait("Control", "AL-1")]
public sealed class LineFileTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public LineFileTests() => Directory.CreateDirectory(_temporary.Path);

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Each_event_is_a_line_with_its_place_in_the_chain_and_the_record_as_it_was_hashed()
    {
        Append(Rows(1, 3));

        var hash = new byte[32];
        Assert.True(RecordLine.TryRead(Encoding.UTF8.GetBytes(Lines()[1]), out var sequence, hash, out var record));
        Assert.Equal((2, Convert.ToHexString(Row(2).Hash), """{"what":"tools/call"}"""), (sequence, Convert.ToHexString(hash), Encoding.UTF8.GetString(record.Span)));
    }

    [Fact]
    public void The_file_is_for_its_owner_alone()
    {
        Append(Rows(1, 1));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Current));
    }

    [Fact]
    public void No_file_is_larger_than_it_may_be_and_no_line_is_in_two()
    {
        using var file = new LineFile(new FileSinkOptions { Path = Current, MaxBytes = 1_000 });
        for (var first = 1; first <= 100; first += 10)
        {
            file.Append(Events(Rows(first, 10)));
        }

        Assert.All(Files(), path => Assert.InRange(new FileInfo(path).Length, 1, 1_000));
        Assert.Equal(Enumerable.Range(1, 100).Select(n => (long)n), Files().SelectMany(File.ReadLines).Select(Sequence));
    }

    [Fact]
    public void The_oldest_file_goes_when_there_are_enough()
    {
        using var file = new LineFile(new FileSinkOptions { Path = Current, MaxBytes = 1_000, MaxFiles = 3 });
        file.Append(Events(Rows(1, 200)));

        Assert.Equal(3, Files().Length);
        Assert.Equal(200, Files().SelectMany(File.ReadLines).Select(Sequence).Last());
    }

    [Fact]
    public void Numbers_are_never_used_again_while_a_later_file_is_there()
    {
        using var file = new LineFile(new FileSinkOptions { Path = Current, MaxBytes = 1_000, MaxFiles = 3 });
        file.Append(Events(Rows(1, 100)));
        var last = Files()[^2];
        file.Append(Events(Rows(101, 100)));

        Assert.True(string.CompareOrdinal(Files()[^2], last) > 0);
    }

    [Theory]
    [InlineData("""{"seq":3,"hash":"00""")]
    [InlineData("{")]
    public void What_a_crash_left_of_a_line_is_taken_off(string torn)
    {
        Append(Rows(1, 2));
        File.AppendAllText(Current, torn);

        Append(Rows(3, 1));

        Assert.Equal([1, 2, 3], Lines().Select(Sequence));
    }

    [Fact]
    public void A_file_that_is_nothing_but_a_torn_line_begins_anew()
    {
        File.WriteAllText(Current, """{"seq":1,"ha""");

        Append(Rows(1, 1));

        Assert.Equal([1], Lines().Select(Sequence));
    }

    [Fact]
    public void A_file_that_was_moved_away_is_made_again()
    {
        Append(Rows(1, 1));
        File.Move(Current, _temporary["elsewhere"]);

        Append(Rows(2, 1));

        Assert.Equal([2], Lines().Select(Sequence));
    }

    [Fact, Trait("Control", "IN-5")]
    public void A_file_of_something_else_is_left_as_it_is()
    {
        File.WriteAllText(Current, "SQLite format 3\0 and no end of a line");

        Assert.Throws<IOException>(() => Append(Rows(1, 1)));
        Assert.Equal("SQLite format 3\0 and no end of a line", File.ReadAllText(Current));
    }

    [Fact, Trait("Control", "IN-5")]
    public void A_link_is_not_followed()
    {
        File.WriteAllText(_temporary["victim"], "");
        File.CreateSymbolicLink(Current, _temporary["victim"]);

        Assert.Throws<IOException>(() => Append(Rows(1, 1)));
        Assert.Equal(0, new FileInfo(_temporary["victim"]).Length);
    }

    [Fact, Trait("Control", "IN-5")]
    public void A_record_that_was_put_there_by_force_does_not_make_two_lines()
    {
        var forged = Encoding.UTF8.GetBytes("{\"a\":\"x\r\n\"}}\n{\"seq\":1,\"hash\":\"00\",\"event\":{\"b\":1\u2028}");

        Append([Row(1) with { Record = forged }]);

        Assert.Single(File.ReadAllText(Current).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain("\r", File.ReadAllText(Current), StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "AL-5")]
    public void A_full_disk_is_an_error_and_not_a_loss()
    {
        using var file = new LineFile(new FileSinkOptions { Path = "/dev/full" });

        Assert.Throws<IOException>(() => file.Append(Events(Rows(1, 1))));
    }

    private string Current => _temporary["audit.jsonl"];

    private void Append(params Platform.Grains.Audit.AuditRow[] rows)
    {
        using var file = new LineFile(new FileSinkOptions { Path = Current });
        file.Append(Events(rows));
    }

    private string[] Lines() => File.ReadAllLines(Current);

    /// <summary>In the order in which they were written.</summary>
    private string[] Files() => [.. Directory.GetFiles(_temporary.Path, "audit.jsonl.0*").Order(StringComparer.Ordinal), Current];

    private static long Sequence(string line) => JsonDocument.Parse(Encoding.UTF8.GetBytes(line)).RootElement.GetProperty("seq").GetInt64();

    private static SinkEvent[] Events(Platform.Grains.Audit.AuditRow[] rows) => [.. rows.Select(row => new SinkEvent(new SinkStream(Tenant.ToString(), "0"), row))];
}
