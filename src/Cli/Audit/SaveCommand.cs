using System.CommandLine;
using System.Globalization;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Audit;

/// <summary><c>platform audit save</c>: what a search finds, as a file for spreadsheets and other programs.</summary>
internal static class SaveCommand
{
    public static Command Create(CommandShell shell, AuditQueryOptions query)
    {
        var file = Options.Name("file", "New file for the events; - for standard output.");
        var format = Options.Choice("--format", "Of the file; jsonl, an object to a line, when absent", "jsonl", "csv");
        var count = Options.Number("--count", "Most events, 1 to 10000; 1000 when absent.");
        var token = Options.Text("--page-token", "Go on where an earlier file ended, as it was told then.");
        return shell.OfTenant("save", "Write what a search finds to a file. For evidence, take 'export': its bundle can be verified.", [file, .. query.Of, query.From, query.To, query.Correlation, format, count, query.Order, token], async run =>
        {
            var route = query.InOrder(Route.Owned($"audit-events:export"), run).With(
                ("format", run.Get(format)), ("count", run.Get(count)?.ToString(CultureInfo.InvariantCulture)), ("pageToken", run.Get(token)));
            var refused = await Download.ToAsync(run, run.Get(file), HttpMethod.Get, route, shownAsText: true, whole: response => TellAsync(run, response));
            return refused is null ? ExitCode.Done : await run.Printer.RefuseAsync(refused);
        });
    }

    private static Task TellAsync(Run run, HttpResponseMessage response) =>
        response.Headers.TryGetValues("Next-Page-Token", out var next) ? run.Printer.NoteAsync($"There are more. For the next file: --page-token {next.FirstOrDefault()}") : Task.CompletedTask;
}
