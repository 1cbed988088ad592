namespace Platform.Admin.Components.Design;

/// <summary>A level that means something, drawn across a chart.</summary>
public sealed record ChartThreshold(double Value, string Label);
