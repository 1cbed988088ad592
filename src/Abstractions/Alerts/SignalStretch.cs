namespace Platform.Abstractions.Alerts;

/// <summary>All that was counted from one second to another, both included; what is not in it did not happen. Replacing the same stretch twice is replacing it once.</summary>
/// <param name="From">In seconds since 1970.</param>
/// <param name="To">Below <paramref name="From"/> when nothing is told.</param>
/// <param name="Data">Packed by the grains, for the grains.</param>
[GenerateSerializer, Alias("signal-stretch"), Immutable]
public sealed record SignalStretch([property: Id(0)] long From, [property: Id(1)] long To, [property: Id(2)] byte[] Data);
