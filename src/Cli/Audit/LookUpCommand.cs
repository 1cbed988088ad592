using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using Platform.Cli.Printing;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Audit;

/// <summary><c>platform audit look-up</c>: events by a value of which the trail has the HMAC only. Such values are credentials and arguments, so none is on the command line.</summary>
internal static class LookUpCommand
{
    private const int Page = 200;

    public static Command Create(CommandShell shell, AuditQueryOptions query)
    {
        var file = Options.Text("--value-file", "File of mode 0600 with the value; else it is asked for, or read from standard input.");
        return shell.OfTenant("look-up", "Find the events of a value that the trail has as an HMAC: a whole credential, or all arguments of a call as they were sent. Tells the HMAC, which --hmac of other commands takes.",
            [file, query.From, query.To, shell.Limit], async run =>
            {
                if (!(await GivenSecret.ReadAsync(run, "Value", run.Get(file))).Try(out var value, out var refused)
                    || !(await FindAsync(run, value, run.Get(query.From), run.Get(query.To), run.Get(shell.Limit))).Try(out var found, out refused))
                {
                    return await run.Printer.RefuseAsync(refused);
                }

                await run.Printer.ListAsync(found.Items, AuditCommands.Columns);
                await run.Printer.NoteAsync(found.Hmac is null ? "The trail has no such value." : $"Its HMAC in this trail is {found.Hmac}");
                return ExitCode.Done;
            });
    }

    private static async Task<Outcome<Found>> FindAsync(Run run, string value, string? from, string? to, int limit)
    {
        var items = new JsonArray();
        string? token = null;
        string? hmac;
        do
        {
            var reply = await run.PostAsync(Route.Owned($"audit-events:lookUp"), Body.Of(("value", value), ("from", from), ("to", to), ("pageSize", Math.Clamp(limit - items.Count, 1, Page)), ("pageToken", token)));
            if (reply.Refusal is { } refused)
            {
                return refused;
            }

            foreach (var item in (reply.Body?["items"] as JsonArray ?? []).Take(Math.Max(0, limit - items.Count)))
            {
                items.Add(item?.DeepClone());
            }

            hmac = reply.Body?["hmac"]?.GetValue<string>();
            token = reply.Body?["nextPageToken"]?.GetValue<string>();
        }
        while (token is not null && items.Count < limit);
        if (token is not null)
        {
            await run.Printer.NoteAsync($"There are more; these are {items.Count}. Raise --limit for the rest.");
        }

        return new Found(items, hmac);
    }

    private sealed record Found(JsonArray Items, string? Hmac);
}
