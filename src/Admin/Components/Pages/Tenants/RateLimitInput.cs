using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Platform.Abstractions.RateLimits;
using Platform.Admin.Management;

namespace Platform.Admin.Components.Pages.Tenants;

/// <summary>A rate limit as two text fields. Only what JSON could not carry is refused here; the bounds are REST's.</summary>
internal static class RateLimitInput
{
    /// <summary>True with a rule, or with none when both fields are empty.</summary>
    public static bool TryRead(string? perMinute, string? burst, out RateLimitRule? rule, [NotNullWhen(false)] out ProblemView? problem)
    {
        rule = null;
        problem = null;
        if (perMinute is null && burst is null)
        {
            return true;
        }

        if (!int.TryParse(perMinute, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var rate))
        {
            problem = ProblemView.Invalid("rateLimit.permitsPerMinute", "Enter a whole number from 1 to 100 000 000.");
            return false;
        }

        if (!int.TryParse(burst, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var most))
        {
            problem = ProblemView.Invalid("rateLimit.burst", "Enter a whole number from 1 to 10 000 000.");
            return false;
        }

        rule = new RateLimitRule(rate, most);
        return true;
    }
}
