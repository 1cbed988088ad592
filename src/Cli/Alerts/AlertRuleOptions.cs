using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Cli.Shell;

namespace Platform.Cli.Alerts;

/// <summary>What a rule watches, as options.</summary>
internal sealed class AlertRuleOptions
{
    /// <summary>What can be watched.</summary>
    internal static readonly string[] Signals =
        ["auth_failures_per_minute", "rate_limit_violations_per_minute", "error_rate_percentage", "latency_p95_milliseconds", "request_size_p95_bytes", "memory_usage_percentage"];

    private static readonly string[] Members = ["signal", "threshold", "windowSeconds", "minimumSample", "resolveBelow", "resolveAfterWindows", "enabled", "description"];

    private readonly Option<string?> _signal = Options.Choice("--signal", "What is watched", Signals);
    private readonly Option<decimal?> _threshold = Options.Decimal("--threshold", "It fires when the window reaches this value.");
    private readonly Option<long?> _window = Options.Number("--window", "Seconds of the window, 10 to 300; 60 when absent.");
    private readonly Option<long?> _sample = Options.Number("--minimum-sample", "Fewer requests in the window are not judged; for shares and percentiles.");
    private readonly Option<decimal?> _below = Options.Decimal("--resolve-below", "It resolves below this value; the threshold when absent.");
    private readonly Option<long?> _after = Options.Number("--resolve-after", "Windows without a break before it resolves, 1 to 10; 2 when absent.");
    private readonly Option<string?> _enabled = Options.Choice("--enabled", "Whether it watches", "true", "false");
    private readonly Option<string?> _description = Options.Text("--description", "For people.");

    public IEnumerable<Option> All => [_signal, _threshold, _window, _sample, _below, _after, _enabled, _description];

    public bool IsAny(Run run) => On(run, []).Count > 0;

    /// <summary>The rule with what the command line says of it; what it does not say is as it was.</summary>
    public JsonObject On(Run run, JsonObject before)
    {
        var said = Body.Of(
            ("signal", run.Get(_signal)), ("threshold", run.Get(_threshold)), ("windowSeconds", run.Get(_window)), ("minimumSample", run.Get(_sample)), ("resolveBelow", run.Get(_below)),
            ("resolveAfterWindows", run.Get(_after)), ("enabled", run.Get(_enabled) is { } enabled ? enabled == "true" : null), ("description", run.Get(_description)));

        // Where to resolve was about the threshold that it had.
        var kept = said.ContainsKey("threshold") ? Members.Where(name => name != "resolveBelow") : Members;
        foreach (var name in kept.Where(name => before[name] is not null && !said.ContainsKey(name)))
        {
            said[name] = before[name]!.DeepClone();
        }

        return said;
    }
}
