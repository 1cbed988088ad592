namespace Platform.Testing;

/// <summary>The system's clock, moved on by whole steps; timers run in real time.</summary>
public sealed class ShiftedClock : TimeProvider
{
    private long _ticks;

    private TimeSpan Shift => new(Interlocked.Read(ref _ticks));

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(Shift.TotalSeconds * TimestampFrequency);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
