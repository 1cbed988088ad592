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
    public int Take(RateLimitRule rule, int wanted, DateTimeOffset now, out TimeSpan retryAfter)
    {
        Refill(rule, now);
        var granted = (int)Math.Min(Math.Max(wanted, 1), _units / Permit);
        _units -= granted * Permit;

        // Rounded up to a tick: whoever waits that long finds a permit.
        retryAfter = granted > 0 ? TimeSpan.Zero : TimeSpan.FromTicks((Permit - _units + rule.PermitsPerMinute - 1) / rule.PermitsPerMinute);
        return granted;
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
