using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using Platform.Cli.Printing;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Audit;

/// <summary><c>platform audit histogram</c>: how many events a search finds, over time.</summary>
internal static class HistogramCommand
{
    public static Command Create(CommandShell shell, AuditQueryOptions query)
    {
        var buckets = Options.Number("--buckets", "Most bars, 2 to 60; 30 when absent. Their ends are round moments.");
        return shell.OfTenant("histogram", "Count what a search finds, by time; the table is a chart. A count with a + is a lower bound.", [.. query.Of, query.From, query.To, query.Correlation, buckets], async run =>
        {
            var reply = await run.GetAsync(query.Within(Route.Owned($"audit-events:histogram"), run).With(("buckets", run.Get(buckets)?.ToString(CultureInfo.InvariantCulture))));
            if (reply.Refusal is not null || run.Format != OutputFormat.Table)
            {
                return await run.ShowAsync(reply);
            }

            await run.Printer.WriteAsync(Bars.Of(reply.Body?["buckets"] as JsonArray ?? [], "from", "count", bucket => Cell.Of(bucket, "complete") == "yes" ? "" : "+"));
            if (Cell.Of(reply.Body, "complete") != "yes")
            {
                await run.Printer.NoteAsync("There are at least so many: the search reached its limit. Narrow it by --from and --to.");
            }

            return ExitCode.Done;
        });
    }
}
