using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Cli.Documents;
using Platform.Cli.Outcomes;
using Platform.Cli.Printing;
using Platform.Cli.Rest;
using Platform.Cli.Shell;
using Platform.Cli.Stdio;

namespace Platform.Cli.Audit;

/// <summary><c>platform audit tail</c>: events as they are stored. A connection that ends is opened again where it ended, by <c>Last-Event-ID</c>: nothing is missed and nothing seen twice.</summary>
internal static class TailCommand
{
    private const int MaxEvent = 256 * 1024;
    private const int MostFailures = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static Command Create(CommandShell shell, AuditQueryOptions query)
    {
        var after = Options.Text("--after", "Begin after this sequence, in place of now.");
        var count = Options.Number("--count", "End after so many events.");
        return shell.OfTenant("tail", "Follow a trail until Ctrl-C, a line for each event; with -o json, an object to a line.", [.. query.Of, after, count], run =>
            FollowAsync(run, query.On(Route.Owned($"audit-events:stream"), run), run.Get(after), run.Get(count) ?? long.MaxValue));
    }

    private static async Task<int> FollowAsync(Run run, Route route, string? last, long left)
    {
        for (var failures = 0; ;)
        {
            var opened = await run.OpenAsync(HttpMethod.Get, route, request => request with { LastEventId = last });
            if (opened.Try(out var response, out var refused))
            {
                using (response)
                {
                    (last, left, var heard) = await ReadAsync(run, response, last, left);
                    failures = heard ? 0 : failures + 1;
                }
            }
            else if (refused.Exit is not (ExitCode.Unavailable or ExitCode.TooMany))
            {
                return await run.Printer.RefuseAsync(refused);
            }
            else
            {
                failures++;
            }

            if (left == 0)
            {
                return ExitCode.Done;
            }

            if (failures >= MostFailures)
            {
                return await run.Printer.RefuseAsync(refused ?? Refusal.Unavailable("The stream ends again and again without a word."));
            }

            await Task.Delay(Pause * Math.Max(1, failures), run.Terminal.Clock, run.Cancel);
        }
    }

    private static async Task<(string? Last, long Left, bool Heard)> ReadAsync(Run run, HttpResponseMessage response, string? last, long left)
    {
        var heard = false;
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(run.Cancel);
            var events = new SseReader(stream, MaxEvent, new Diagnostics(run.Terminal.Error, run.Terminal.Clock, "platform"), everyType: true);
            while (left > 0 && await events.NextAsync(() => { }, run.Cancel) is { } data)
            {
                heard = true;
                if (events.Type == "gap")
                {
                    await run.Printer.NoteAsync("Events between are no longer kept, or somebody deleted them.");
                }
                else if (events.Type == "audit" && JsonText.Read(data.Span).Try(out var entry, out _))
                {
                    await run.Printer.WriteAsync(Line(run, entry));
                    left--;
                }

                last = events.LastEventId ?? last;
            }
        }
        catch (Exception broken) when (RestClient.IsOfNetwork(broken, run.Cancel))
        {
            // It goes on where it ended.
        }

        return (last, left, heard);
    }

    private static string Line(Run run, JsonNode entry) => run.Format switch
    {
        OutputFormat.Json => JsonText.WriteLine(entry) + "\n",
        OutputFormat.Yaml => "---\n" + YamlWriter.Write(entry),
        _ => string.Join("  ", Columns.Select(path => Cell.Of(entry, path))) + "\n",
    };

    private static readonly string[] Columns = ["sequence", "event.at", "event.class", "event.action", "event.outcome", "event.principal", "event.target"];
}
