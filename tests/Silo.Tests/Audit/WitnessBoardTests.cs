using Microsoft.Extensions.Time.Testing;
using Platform.Abstractions.Audit;
using Platform.Silo.Audit.Witnesses;

namespace Platform.Silo.Tests.Audit;

[Trait("Control", "AL-4")]
public sealed class WitnessBoardTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    private readonly FakeTimeProvider _clock = new();
    private readonly WitnessBoard _board;

    public WitnessBoardTests() => _board = new WitnessBoard(_clock);

    public void Dispose() => _board.Dispose();

    [Fact]
    public void In_the_beginning_all_is_well() => Assert.Null(_board.Fault(Patience));

    [Fact]
    public void A_witness_may_be_behind_for_a_while_and_then_is_named_until_it_is_level()
    {
        _board.Failed("http");
        Later(29);
        _board.Failed("http");
        Assert.Null(_board.Fault(Patience));

        Later(2);
        Assert.Equal("witness behind: http", _board.Fault(Patience));

        _board.IsLevel("http");
        Assert.Null(_board.Fault(Patience));
    }

    [Fact]
    public void Operators_are_told_who_is_behind_and_since_when()
    {
        _board.IsLevel("file");
        _board.Failed("http");
        var since = _clock.GetUtcNow();
        Later(31);
        var view = _board.View(Patience);
        Assert.Equal([("file", null), ("http", since)], view.Witnesses.Select(witness => (witness.Name, witness.BehindSince)));
        Assert.Equal(_board.Fault(Patience), view.Fault);
    }

    [Fact]
    public void Checkpoints_that_are_no_longer_made_are_noticed()
    {
        _clock.Advance(TimeSpan.FromMinutes(31));

        Assert.Equal("checkpoint late", _board.Fault(Patience));
    }

    [Fact]
    public void A_finding_is_told_before_all_else()
    {
        var finding = new AuditFinding { Id = Guid.NewGuid(), Tenant = "aaaaaaaa", Shard = "0", Sequence = 1, Fault = AuditFault.RolledBack, By = "file", At = _clock.GetUtcNow() };

        _board.Saw(new AuditWatchView(1, _clock.GetUtcNow(), [finding]));

        Assert.Equal("findings 1", _board.Fault(Patience));
    }

    private void Later(int minutes)
    {
        _clock.Advance(TimeSpan.FromMinutes(minutes));
        _board.Saw(new AuditWatchView(1, _clock.GetUtcNow(), []));
    }
}
