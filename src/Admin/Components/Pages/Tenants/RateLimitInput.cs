using System.Globalization;
using Platform.Abstractions.RateLimits;
using Platform.Admin.Management;

namespace Platform.Admin.Components.Pages.Tenants;

/// <summary>A rate limit as two text fields. Only what JSON could not carry is refused here; the bounds are REST's.</summary>
internal static class RateLimitInput
{
    /// <summary>None when both fields are empty, or one of them is at fault.</summary>
    public static RateLimitRule? Read(string? perMinute, string? burst, FormFaults faults)
    {
        if (perMinute is null && burst is null)
        {
            return null;
        }

        var rate = Number(perMinute, "rateLimit.permitsPerMinute", "Enter a whole number from 1 to 100 000 000.", faults);
        var most = Number(burst, "rateLimit.burst", "Enter a whole number from 1 to 10 000 000.", faults);
        return rate is { } permits && most is { } atOnce ? new RateLimitRule(permits, atOnce) : null;
    }

    private static int? Number(string? text, string field, string cure, FormFaults faults)
    {
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        faults.Add(field, cure);
        return null;
    }
}
