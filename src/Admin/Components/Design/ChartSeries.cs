namespace Platform.Admin.Components.Design;

/// <summary>One row of numbers of a chart.</summary>
/// <param name="Name">For people.</param>
/// <param name="Tone">accent, good, warn, bad or info.</param>
/// <param name="Values">One for each time of the chart; null where nothing is known.</param>
public sealed record ChartSeries(string Name, string Tone, IReadOnlyList<double?> Values);
