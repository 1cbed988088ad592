using System.Globalization;
using Platform.Abstractions.RateLimits;

namespace Platform.Admin.Components.Pages.Limits;

/// <summary>Limits in words.</summary>
internal static class RuleText
{
    public static string Of(RateLimitRule? rule) => rule is null ? "no limit" : $"{Number(rule.PermitsPerMinute)} / min, burst {Number(rule.Burst)}";

    public static string Of(MethodLimit limit) => (limit.Cost, limit.Limit) switch
    {
        ({ } cost, null) => $"costs {Number(cost)}",
        (null, { } rule) => Of(rule),
        ({ } cost, { } rule) => $"costs {Number(cost)}; {Of(rule)}",
        _ => "—",
    };

    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
