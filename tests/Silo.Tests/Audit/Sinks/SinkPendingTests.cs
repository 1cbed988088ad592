using Platform.Silo.Audit.Sinks;

namespace Platform.Silo.Tests.Audit.Sinks;

[Trait("Control", "AL-1")]
public sealed class SinkPendingTests
{
    private static readonly SinkStream Busy = new("busy", "0");
    private static readonly SinkStream Quiet = new("quiet", "0");

    private readonly SinkPending _pending = new();

    [Fact]
    public void A_busy_chain_has_its_turn_after_every_other()
    {
        _pending.Add(Behind(Busy, 0, 1_000_000));
        _pending.Add(Behind(Quiet, 0, 1));

        Assert.Equal([Busy, Quiet, Busy], [Turn(250), Turn(1), Turn(250)]);
    }

    [Fact]
    public void What_is_owed_is_counted()
    {
        _pending.Add(Behind(Busy, 10, 1_000));
        _pending.Add(Behind(Quiet, 0, 5));
        Turn(240);

        Assert.Equal(990 - 240 + 5, _pending.Count);
    }

    [Fact]
    public void A_chain_that_grew_meanwhile_goes_on_where_it_was()
    {
        _pending.Add(Behind(Busy, 0, 100));
        Turn(60);
        _pending.Add(Behind(Busy, 0, 150));

        Assert.True(_pending.TryNext(out _, out var after));
        Assert.Equal((60, 90), (after, _pending.Count));
    }

    [Fact]
    public void A_chain_that_was_told_to_its_end_is_owed_nothing()
    {
        _pending.Add(Behind(Quiet, 3, 5));
        Turn(2);

        Assert.Equal((true, 0, null), (_pending.IsEmpty, _pending.Count, _pending.Oldest));
    }

    [Fact]
    public void The_oldest_event_is_that_of_the_chain_that_waits_longest()
    {
        _pending.Add(Behind(Busy, 0, 100, minute: 9));
        _pending.Add(Behind(Quiet, 0, 1, minute: 4));

        Assert.Equal(DateTimeOffset.UnixEpoch.AddMinutes(4), _pending.Oldest);
    }

    private SinkStream Turn(int told)
    {
        Assert.True(_pending.TryNext(out var stream, out var after));
        _pending.Told(stream, after + told, DateTimeOffset.UnixEpoch);
        return stream;
    }

    private static SinkBacklog Behind(SinkStream stream, long after, long head, int minute = 0) => new(stream, after, head, DateTimeOffset.UnixEpoch.AddMinutes(minute), IsRewound: false);
}
