using System.Globalization;
using Platform.Abstractions.Alerts;

namespace Platform.Grains.Alerts.Series;

/// <summary>One fineness in which metrics are kept.</summary>
/// <param name="Kind">Begins the keys of its pieces.</param>
/// <param name="Step">Seconds of a count.</param>
/// <param name="Piece">Seconds of a row: a whole number of steps of the next tier.</param>
/// <param name="Life">How far back a question may reach; a row lives one piece longer.</param>
internal sealed record SeriesTier(string Kind, int Step, long Piece, TimeSpan Life)
{
    public static readonly SeriesTier Seconds = new("s", 1, 3_600, MetricRules.BySecond);
    public static readonly SeriesTier Minutes = new("m", 60, 6 * 3_600, MetricRules.ByMinute);
    public static readonly SeriesTier Hours = new("h", 3_600, 10 * 24 * 3_600, MetricRules.ByHour);

    /// <summary>Finest first.</summary>
    public static readonly SeriesTier[] All = [Seconds, Minutes, Hours];

    /// <summary>What a step of a series in this tier is a multiple of.</summary>
    public int FinestStep => Math.Max(Step, MetricRules.FinestStep);

    public string KeyOf(long second) => $"{Kind}-{second / Piece}";

    /// <summary>The first second of the step in which this second is.</summary>
    public long StepOf(long second) => second / Step * Step;

    /// <summary>The last second of the piece in which this second is.</summary>
    public long EndOf(long second) => ((second / Piece) + 1) * Piece - 1;

    /// <summary>When the row of a key is too old.</summary>
    /// <exception cref="FormatException">There is no such row.</exception>
    public static DateTimeOffset ExpiryOf(string key)
    {
        var tier = Array.Find(All, tier => key.StartsWith(tier.Kind + "-", StringComparison.Ordinal)) ?? throw new FormatException("There is no such kind of metrics.");
        var number = long.Parse(key.AsSpan(tier.Kind.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture);
        return DateTimeOffset.FromUnixTimeSeconds((number + 2) * tier.Piece) + tier.Life;
    }
}
