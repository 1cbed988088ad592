namespace Platform.Abstractions.Alerts;

/// <summary>How long metrics are kept, in which steps, and how much of them one answer has.</summary>
public static class MetricRules
{
    public const int MaxPoints = 1_000;

    /// <summary>Steps of a series are multiples of this, in seconds; of older ones, of a minute or an hour.</summary>
    public const int FinestStep = 10;

    /// <summary>Longest step, in seconds.</summary>
    public const int LongestStep = 86_400;

    /// <summary>To the second; percentiles and memory to ten.</summary>
    public static readonly TimeSpan BySecond = TimeSpan.FromHours(24);

    public static readonly TimeSpan ByMinute = TimeSpan.FromDays(7);

    public static readonly TimeSpan ByHour = TimeSpan.FromDays(90);

    /// <summary>Counts go into the history at least so often. Answers by the second and the minute have what is not there yet, too.</summary>
    public static readonly TimeSpan StoredWithin = TimeSpan.FromMinutes(2);
}
