namespace Platform.Grains.Audit;

/// <summary>
/// A range of time, cut at round moments: at multiples of one width since the year 1, which are the beginnings of seconds, minutes, hours, days and Mondays. The first and the last stretch end
/// where the range does.
/// </summary>
public sealed record AuditBuckets
{
    private static readonly TimeSpan[] Widths =
    [
        .. new[] { 1, 2, 5, 10, 15, 30 }.Select(seconds => TimeSpan.FromSeconds(seconds)),
        .. new[] { 1, 2, 5, 10, 15, 30 }.Select(minutes => TimeSpan.FromMinutes(minutes)),
        .. new[] { 1, 2, 3, 6, 12 }.Select(hours => TimeSpan.FromHours(hours)),
        .. new[] { 1, 2, 7 }.Select(days => TimeSpan.FromDays(days)),
    ];

    private AuditBuckets(DateTimeOffset from, DateTimeOffset to, TimeSpan width) => (From, To, Width) = (from, to, width);

    public DateTimeOffset From { get; }
    public DateTimeOffset To { get; }
    public TimeSpan Width { get; }

    public int Count => (int)Needed;

    // Of seconds there are more in all of time than an int can say.
    private long Needed => From < To ? ((To.UtcTicks - 1) / Width.Ticks) - First + 1 : 0;

    private long First => From.UtcTicks / Width.Ticks;

    /// <summary>With the least width of which no more than so many, at least two, are needed.</summary>
    public static AuditBuckets Of(DateTimeOffset from, DateTimeOffset to, int most)
    {
        foreach (var width in Widths)
        {
            if (new AuditBuckets(from, to, width) is var fine && fine.Needed <= most)
            {
                return fine;
            }
        }

        var coarse = new AuditBuckets(from, to, Widths[^1]);
        while (coarse.Needed > most)
        {
            coarse = new AuditBuckets(from, to, coarse.Width * 2);
        }

        return coarse;
    }

    /// <summary>Which one has a moment of the range.</summary>
    public int IndexOf(DateTimeOffset at) => (int)((at.UtcTicks / Width.Ticks) - First);

    public DateTimeOffset StartOf(int index) => index == 0 ? From : At(index);

    public DateTimeOffset EndOf(int index) => index == Count - 1 ? To : At(index + 1);

    private DateTimeOffset At(int index) => new((First + index) * Width.Ticks, TimeSpan.Zero);
}
