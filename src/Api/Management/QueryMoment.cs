using System.Globalization;

namespace Platform.Api.Management;

/// <summary>A moment in a query string: a day, or a time of it with its zone; UTC without one.</summary>
internal static class QueryMoment
{
    /// <summary>What to write, for who wrote something else.</summary>
    public const string Form = "A moment such as 2026-11-29T06:30:00Z; write + as %2B.";

    private static readonly string[] Forms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static bool TryParse(string text, out DateTimeOffset moment) =>
        DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment);
}
