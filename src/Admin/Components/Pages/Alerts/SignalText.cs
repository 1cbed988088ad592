using System.Globalization;
using System.Text.Json;
using Platform.Abstractions.Alerts;

namespace Platform.Admin.Components.Pages.Alerts;

/// <summary>What is watched, in words, and the thresholds that the guide and the platform begin with.</summary>
internal sealed record SignalText(AlertSignal Signal, string Title, string Unit, decimal Preset, string Explained)
{
    public static IReadOnlyList<SignalText> All { get; } =
    [
        new(AlertSignal.AuthFailures, "Authentication failures", "in the window", 10, "Answers “unauthenticated”: wrong, ended or missing credentials."),
        new(AlertSignal.RateLimitViolations, "Rate limit violations", "in the window", 50, "Answers “rate-limited”."),
        new(AlertSignal.ErrorRate, "Error rate", "%", 5, "Of 100 admitted requests, those that failed by a fault of the platform or of what is behind it."),
        new(AlertSignal.LatencyP95, "Latency, 95th percentile", "ms", 5_000, "95 of 100 admitted requests took at most so long."),
        new(AlertSignal.RequestSizeP95, "Request size, 95th percentile", "bytes", 524_288, "95 of 100 bodies were at most so large."),
        new(AlertSignal.MemoryUsage, "Memory", "%", 90, "The fullest process, of what it may use."),
    ];

    /// <summary>Its name on the wire.</summary>
    public string Name => JsonSerializer.Serialize(Signal).Trim('"');

    public static SignalText Of(AlertSignal signal) => All.FirstOrDefault(text => text.Signal == signal) ?? new SignalText(signal, signal.ToString(), "", 1, "");

    public static SignalText? Named(string? name) => All.FirstOrDefault(text => string.Equals(text.Name, name, StringComparison.Ordinal));

    /// <summary>Those that an owner can watch.</summary>
    /// <param name="isPlatform">A tenant has no process, so no memory.</param>
    public static IEnumerable<SignalText> For(bool isPlatform) => All.Where(text => isPlatform || text.Signal != AlertSignal.MemoryUsage);

    public string Format(decimal? value) => value is not { } number ? "—" : Signal switch
    {
        AlertSignal.ErrorRate or AlertSignal.MemoryUsage => number.ToString("0.##", CultureInfo.InvariantCulture) + " %",
        AlertSignal.LatencyP95 => number.ToString("#,0.#", CultureInfo.InvariantCulture) + " ms",
        AlertSignal.RequestSizeP95 => number >= 1024 ? (number / 1024).ToString("#,0.#", CultureInfo.InvariantCulture) + " KiB" : number.ToString("0", CultureInfo.InvariantCulture) + " B",
        _ => number.ToString("#,0.##", CultureInfo.InvariantCulture),
    };
}
