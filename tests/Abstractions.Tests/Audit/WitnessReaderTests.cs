using Platform.Abstractions.Audit;

namespace Platform.Abstractions.Tests.Audit;

/// <summary>That signatures and roots are checked is tested with the CLI, on files by real keys.</summary>
[Trait("Control", "AL-4")]
public sealed class WitnessReaderTests
{
    private readonly WitnessReader _reader = new();

    [Fact]
    public void Changed_heads_replace_those_before()
    {
        Add(1, full: true, Head("aaaaaaaa", 1), Head("bbbbbbbb", 1));
        Add(2, full: false, Head("bbbbbbbb", 2), Head("cccccccc", 1));

        Assert.Equal([("aaaaaaaa", 1), ("bbbbbbbb", 2), ("cccccccc", 1)], Seen());
    }

    [Fact]
    public void A_trail_that_is_no_more_leaves()
    {
        Add(1, full: true, Head("aaaaaaaa", 1), Head("bbbbbbbb", 1));
        Add(2, full: false, Head("bbbbbbbb", 0));

        Assert.Equal([("aaaaaaaa", 1)], Seen());
    }

    [Fact]
    public void What_builds_on_a_record_that_is_missing_is_passed_over_until_one_has_all()
    {
        Add(1, full: true, Head("aaaaaaaa", 1));
        Add(3, full: false, Head("aaaaaaaa", 3));
        Assert.Equal((1, ("aaaaaaaa", 1L)), (_reader.Last!.Number, Seen().Single()));

        Add(4, full: true, Head("aaaaaaaa", 4));
        Assert.Equal((4, ("aaaaaaaa", 4L)), (_reader.Last!.Number, Seen().Single()));
    }

    [Fact]
    public void Before_the_first_record_nothing_can_be_believed() => Assert.Equal(AuditFault.Unreadable, _reader.Check(null));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"v":1,"number":1,"statement":"a.b.c","full":true,"heads":[]}""")]
    public void A_line_that_holds_no_statement_is_no_record(string line) => Assert.False(WitnessRecord.TryRead(System.Text.Encoding.UTF8.GetBytes(line), out _));

    private IEnumerable<(string, long)> Seen() => _reader.Heads.Select(head => (head.Tenant, head.Sequence));

    private void Add(long number, bool full, params TrailHead[] heads) => _reader.Add(new WitnessRecord { V = 1, Number = number, Statement = "", Full = full, Heads = heads });

    private static TrailHead Head(string tenant, long sequence) => new() { Tenant = tenant, Shard = "0", Sequence = sequence, Hash = new string('a', 64) };
}
