using Platform.Abstractions.RateLimits;

namespace Platform.Grains.RateLimits;

/// <summary>A token bucket in a few bytes. Time is an argument; a clock that steps backwards neither drains nor fills it.</summary>
internal sealed class TokenBucket
{
    private double _permits;
    private DateTimeOffset _at;
    private RateLimitRule? _rule;

    /// <summary>Takes up to <paramref name="wanted"/> whole permits. Zero means refused, and <paramref name="retryAfter"/> says when one is due.</summary>
    public int Take(RateLimitRule rule, int wanted, DateTimeOffset now, out TimeSpan retryAfter)
    {
        Refill(rule, now);
        var granted = (int)Math.Min(Math.Max(wanted, 1), Math.Floor(_permits));
        _permits -= granted;
        retryAfter = granted > 0 ? TimeSpan.Zero : TimeSpan.FromMinutes((1 - _permits) / rule.PermitsPerMinute);
        return granted;
    }

    private void Refill(RateLimitRule rule, DateTimeOffset now)
    {
        if (_rule is null)
        {
            (_permits, _at, _rule) = (rule.Burst, now, rule);
            return;
        }

        if (now > _at)
        {
            _permits += (now - _at).TotalMinutes * rule.PermitsPerMinute;
            _at = now;
        }

        // A rule that shrank takes effect at once; one that grew fills with time.
        _permits = Math.Min(_permits, rule.Burst);
        _rule = rule;
    }
}
