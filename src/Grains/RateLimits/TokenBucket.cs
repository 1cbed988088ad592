using Platform.Abstractions.RateLimits;

namespace Platform.Grains.RateLimits;

/// <summary>A token bucket in a few bytes. Time is an argument; a clock that steps backwards neither drains nor fills it.</summary>
internal sealed class TokenBucket
{
    // A permit has as many units as a minute has ticks: a tick adds a whole number of them, and nothing is ever rounded.
    private const long Permit = TimeSpan.TicksPerMinute;

    private long _units;
    private DateTimeOffset _at;
    private RateLimitRule? _rule;

    /// <summary>Takes up to <paramref name="wanted"/> whole permits. Zero means refused, and <paramref name="retryAfter"/> says when one is due.</summary>
    public int Take(RateLimitRule rule, int wanted, DateTimeOffset now, out TimeSpan retryAfter) => Take(rule, 1, wanted, now, out retryAfter);

    /// <summary>The same for a caller to whom fewer than <paramref name="least"/> are of no use. A full bucket is enough for anybody.</summary>
    public int Take(RateLimitRule rule, int least, int wanted, DateTimeOffset now, out TimeSpan retryAfter)
    {
        Refill(rule, now);
        least = Math.Clamp(least, 1, rule.Burst);
        var granted = (int)Math.Min(Math.Max(wanted, least), _units / Permit);
        if (granted < least)
        {
            // Rounded up to a tick: whoever waits that long finds the permits.
            retryAfter = TimeSpan.FromTicks(((least * Permit) - _units + rule.PermitsPerMinute - 1) / rule.PermitsPerMinute);
            return 0;
        }

        retryAfter = TimeSpan.Zero;
        _units -= granted * Permit;
        return granted;
    }

    /// <summary>Puts permits back that were taken and not used.</summary>
    public void GiveBack(RateLimitRule rule, int permits, DateTimeOffset now)
    {
        Refill(rule, now);
        _units = Math.Min(rule.Burst * Permit, _units + (Math.Clamp(permits, 0, rule.Burst) * Permit));
    }

    /// <summary>Whole permits that are there.</summary>
    public int Level(RateLimitRule rule, DateTimeOffset now)
    {
        Refill(rule, now);
        return (int)(_units / Permit);
    }

    private void Refill(RateLimitRule rule, DateTimeOffset now)
    {
        if (_rule is null)
        {
            (_units, _at, _rule) = (rule.Burst * Permit, now, rule);
            return;
        }

        // The time that passed counts by the rule that was in force: one that shrank takes effect at once, one that grew fills with time.
        if (now > _at)
        {
            _units += (long)Int128.Min((Int128)(now - _at).Ticks * _rule.PermitsPerMinute, (_rule.Burst * Permit) - _units);
        }

        // After a step backwards time counts from there: else nobody would get a permit until the old time is reached again.
        _at = now;
        _units = Math.Min(_units, rule.Burst * Permit);
        _rule = rule;
    }
}
