using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;
using Platform.Cli.Terminals;

namespace Platform.Cli.Operations;

internal static class OperationCommands
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public static Command Create(CommandShell shell) => CommandShell.Group("operation", "Work that outlives the request which asked for it.", List(shell), OfPeople(shell), Show(shell), Wait(shell));

    private const string Columns = "id kind state target requestedBy startsAt finishedAt";

    private static Command List(CommandShell shell)
    {
        var state = State();
        return shell.Command("list", "Purges of tenants, and exports of operators; for operators.", [state, shell.Limit], run => run.ListAsync(Route.Of($"operations").With(("state", run.Get(state))), Columns));
    }

    private static Command OfPeople(CommandShell shell)
    {
        var state = State();
        return shell.OfTenant("of-people", "Exports and erasures of a tenant's people.", [state, shell.Limit], run => run.ListAsync(Route.Owned($"operations").With(("state", run.Get(state))), Columns));
    }

    private static Option<string?> State() => Options.Choice("--state", "Only those that are", "waiting", "running", "succeeded", "cancelled");

    private static Command Show(CommandShell shell)
    {
        var id = Id();
        return shell.Command("show", "An operation and its steps.", [id], run => run.ShowAsync(run.GetAsync(Route.Of($"operations/{run.Get(id)}"))));
    }

    private static Command Wait(CommandShell shell)
    {
        var id = Id();
        var longest = Options.Text("--timeout", "How long to wait at most, such as 90s or 2h; a number alone is seconds; an hour when absent. What is not over then goes on, and the exit code is 7.");
        return shell.Command("wait", "Wait until an operation is over, and tell how. Exit code 1 when it was cancelled.", [id, longest], async run =>
        {
            if (!Patience(run.Get(longest) ?? "1h").Try(out var patience, out var wrong))
            {
                return await run.Printer.RefuseAsync(wrong);
            }

            var began = run.Terminal.Clock.GetTimestamp();
            using var progress = new ProgressLine(run.Terminal);
            while (true)
            {
                var reply = await run.GetAsync(Route.Of($"operations/{run.Get(id)}"));
                var state = reply.Body?["state"]?.GetValue<string>();
                if (reply.Refusal is not null || state is "succeeded" or "cancelled")
                {
                    progress.Dispose();
                    var exit = await run.ShowAsync(reply);
                    return exit == ExitCode.Done && state == "cancelled" ? ExitCode.Refused : exit;
                }

                progress.Show(Told(reply.Body, state));
                if (run.Terminal.Clock.GetElapsedTime(began) >= patience)
                {
                    progress.Dispose();
                    return await run.Printer.RefuseAsync(Refusal.Unavailable($"It is still {state}."));
                }

                await Task.Delay(Look, run.Terminal.Clock, run.Cancel);
            }
        });
    }

    private static Outcome<TimeSpan> Patience(string text) => Span.Read(text.All(char.IsAsciiDigit) ? text + "s" : text);

    private static string Told(JsonNode? operation, string? state)
    {
        var steps = operation?["steps"] as JsonArray ?? [];
        var done = steps.Count(step => step?["doneAt"] is not null);
        var next = steps.FirstOrDefault(step => step?["doneAt"] is null)?["name"];
        return $"{state}: {done} of {steps.Count} steps{(next is null ? "" : $", now {next}")}{(operation?["failing"] is { } failing ? $"; {failing}" : "")}";
    }

    private static Argument<string> Id() => Options.Name("id", "Of the operation, such as purge-….");
}
