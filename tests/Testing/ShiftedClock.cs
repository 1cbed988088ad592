namespace Platform.Testing;

/// <summary>The system's clock, moved on by whole steps; timers run in real time.</summary>
public sealed class ShiftedClock : TimeProvider
{
    private long _ticks;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + new TimeSpan(Interlocked.Read(ref _ticks));

    public override long GetTimestamp() => base.GetTimestamp() + (long)(new TimeSpan(Interlocked.Read(ref _ticks)).TotalSeconds * TimestampFrequency);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
