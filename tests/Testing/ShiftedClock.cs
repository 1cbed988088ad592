namespace Platform.Testing;

/// <summary>The system's clock, moved on by whole steps; timers run in real time.</summary>
/// <param name="leader">A clock of another product, which this one keeps to once it is told to <see cref="Follow"/>.</param>
public sealed class ShiftedClock(ShiftedClock? leader = null) : TimeProvider
{
    private readonly long _begun = leader?.Shift ?? 0;
    private long _ticks;
    private volatile bool _isFollowing;

    private long Shift => Interlocked.Read(ref _ticks) + (leader is null ? 0 : _isFollowing ? leader.Shift : _begun);

    /// <summary>
    /// From now on every step of the leader is one of this clock too. Not before the product is up: a silo that is overtaken by a day while it joins
    /// is taken for a dead one, and the process of the tests ends with it.
    /// </summary>
    public void Follow() => _isFollowing = true;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + new TimeSpan(Shift);

    public override long GetTimestamp() => base.GetTimestamp() + (long)(new TimeSpan(Shift).TotalSeconds * TimestampFrequency);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
