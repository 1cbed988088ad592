using System.Globalization;

namespace Platform.Admin.Components.Design;

/// <summary>Where a chart's numbers lie on its canvas of <see cref="Width"/> by <see cref="Height"/>; y grows downwards.</summary>
internal sealed class ChartPlot
{
    public const int Width = 600;
    public const int Height = 120;

    private readonly IReadOnlyList<ChartSeries> _series;

    public ChartPlot(int points, IReadOnlyList<ChartSeries> series, ChartThreshold? threshold, bool counts = false)
    {
        (Points, _series) = (points, series);
        var highest = series.SelectMany(row => row.Values).Select(value => value ?? 0).Append(threshold?.Value ?? 0).DefaultIfEmpty(0).Max();
        Top = Round(highest);

        // Half an event is none: the middle of the axis is a whole number, too.
        if (counts && Top % 2 == 1)
        {
            Top++;
        }
    }

    public int Points { get; }

    /// <summary>The value of the upper edge: a round number at or above all there is.</summary>
    public double Top { get; }

    public double Y(double value) => Height - (Math.Clamp(value, 0, Top) / Top * Height);

    /// <summary>The left edge of a series' bar; bars of one time stand beside each other.</summary>
    public double BarX(int point, int series) => (Slot * point) + (Slot * 0.1) + (BarWidth * series);

    public double BarWidth => Slot * 0.8 / Math.Max(1, _series.Count);

    /// <summary>The line of a series in pieces: it is broken where nothing is known.</summary>
    public IEnumerable<string> Lines(ChartSeries series)
    {
        List<string> piece = [];
        for (var point = 0; point < Points; point++)
        {
            if (point < series.Values.Count && series.Values[point] is { } value)
            {
                piece.Add($"{Text((Slot * point) + (Slot / 2))},{Text(Y(value))}");
                continue;
            }

            if (piece.Count > 0)
            {
                yield return string.Join(' ', piece);
            }

            piece = [];
        }

        if (piece.Count > 0)
        {
            yield return string.Join(' ', piece);
        }
    }

    /// <summary>The left edge of what belongs to a time.</summary>
    public double SlotX(int point) => Slot * point;

    /// <summary>A number for people, as short as an axis needs it.</summary>
    public static string Short(double value) => value >= 1_000_000 ? (value / 1_000_000).ToString("0.#", CultureInfo.InvariantCulture) + " M"
        : value >= 10_000 ? (value / 1000).ToString("0.#", CultureInfo.InvariantCulture) + " k"
        : value.ToString("#,0.##", CultureInfo.InvariantCulture);

    public static string Text(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private double Slot => (double)Width / Math.Max(1, Points);

    /// <summary>1, 2, 4, 5 or 10 times a power of ten: a reader can halve it.</summary>
    private static double Round(double highest)
    {
        if (highest <= 0)
        {
            return 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(highest)));
        return new[] { 1d, 2, 4, 5, 10 }.Select(step => step * power).First(step => step >= highest * 0.999999);
    }
}
