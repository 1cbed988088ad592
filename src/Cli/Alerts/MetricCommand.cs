using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using Platform.Cli.Printing;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Alerts;

/// <summary><c>platform alert metric</c>: the past of what rules watch.</summary>
internal static class MetricCommand
{
    public static Command Create(CommandShell shell)
    {
        var metric = Options.Name("metric", $"One of {string.Join(", ", AlertRuleOptions.Signals)}; the last is the platform's alone.");
        metric.AcceptOnlyFromAmong(AlertRuleOptions.Signals);
        var from = Options.Text("--from", "Since when, such as 2026-11-29T06:30:00Z; an hour before the end when absent.");
        var to = Options.Text("--to", "Until when; now when absent.");
        var step = Options.Number("--step", "Seconds of a point; the server chooses when absent. Seconds are kept for a day, minutes for 7, hours for 90.");
        return shell.OfOwner("metric", "What a rule would watch, over time; the table is a chart.", [metric, from, to, step], async run =>
        {
            var reply = await run.GetAsync(Route.Owned($"alert-metrics/{run.Get(metric)}").With(
                ("from", run.Get(from)), ("to", run.Get(to)), ("step", run.Get(step)?.ToString(CultureInfo.InvariantCulture))));
            if (reply.Refusal is not null || run.Format != OutputFormat.Table)
            {
                return await run.ShowAsync(reply);
            }

            await run.Printer.WriteAsync(Bars.Of(reply.Body?["points"] as JsonArray ?? [], "at", "value"));
            return ExitCode.Done;
        });
    }
}
