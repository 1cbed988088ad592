using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Cli.Documents;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Incidents;

internal static class IncidentCommands
{
    private static readonly string[] Severities = ["low", "medium", "high", "critical"];

    public static Command Create(CommandShell shell) => CommandShell.Group("incident", "Incidents of a tenant, or the platform's own (--platform), and what contains them.",
        List(shell), Open(shell), Show(shell), Update(shell), Advance(shell), Close(shell), Reopen(shell), Timeline(shell), Note(shell), Lessons(shell), Export(shell),
        ContainmentCommands.Contain(shell), ContainmentCommands.Quarantine(shell), ContainmentCommands.Release(shell), ContainmentCommands.Resume(shell));

    internal static Argument<string> Id() => Options.Name("id", "Of the incident, inc_….");

    internal static Route Of(string id) => Route.Owned($"incidents/{id}");

    private static Command List(CommandShell shell)
    {
        var status = Options.Choice("--status", "Only those that are", "open", "detected", "analysing", "contained", "eradicated", "recovered", "closed");
        var severity = Severity("Only those of this severity");
        return shell.OfOwner("list", "Incidents, newest first.", [status, severity, shell.Limit], run => run.ListAsync(
            Route.Owned($"incidents").With(("status", run.Get(status)), ("severity", run.Get(severity))), "id severity status title owner openedAt closedAt"));
    }

    private static Command Open(CommandShell shell)
    {
        var title = Options.MaybeName("title", "What happened, in one line; may be left out where an alert says it.");
        var severity = Severity("How bad it is; medium when absent");
        var description = Options.Text("--description", "What is known.");
        var owner = Options.Text("--owner", "Who answers for it; you when absent.");
        var started = Options.Text("--started-at", "When it began.");
        var alerts = Options.Many("--alert", "Id of an alert, alert_….");
        var events = Options.Many("--event", "Id of an audit event.");
        return shell.OfOwner("open", "Open an incident.", [title, severity, description, owner, started, alerts, events], run => run.ShowAsync(run.PostAsync(Route.Owned($"incidents"), Body.Of(
            ("title", run.Maybe(title)), ("severity", run.Get(severity)), ("description", run.Get(description)), ("owner", run.Get(owner)), ("startedAt", run.Get(started)),
            ("alerts", Body.Array(run.Get(alerts))), ("events", Body.Array(run.Get(events)))))));
    }

    private static Command Show(CommandShell shell)
    {
        var id = Id();
        return shell.OfOwner("show", "An incident.", [id], run => run.ShowAsync(run.GetAsync(Of(run.Get(id)))));
    }

    private static Command Update(CommandShell shell)
    {
        var id = Id();
        var title = Options.Text("--title", "What happened, in one line.");
        var severity = Severity("How bad it is");
        var description = Options.Text("--description", "What is known.");
        var owner = Options.Text("--owner", "Who answers for it.");
        var started = Options.Text("--started-at", "When it began.");
        return shell.OfOwner("update", "Change what is named of an incident; the rest stays.", [id, title, severity, description, owner, started], run => run.ShowAsync(run.EditAsync(Of(run.Get(id)), before =>
            Edited(before, ("title", run.Get(title)), ("severity", run.Get(severity)), ("description", run.Get(description)), ("owner", run.Get(owner)), ("startedAt", run.Get(started))))));
    }

    private static Command Advance(CommandShell shell)
    {
        var id = Id();
        var status = Options.Name("status", "detected, analysing, contained, eradicated or recovered.");
        status.AcceptOnlyFromAmong("detected", "analysing", "contained", "eradicated", "recovered");
        var note = Options.Text("--note", "For the timeline.");
        return shell.OfOwner("advance", "Say how far an incident has come.", [id, status, note], run => run.ShowAsync(run.PostAsync(
            Route.Owned($"incidents/{run.Get(id)}:advance"), Body.Of(("status", run.Get(status)), ("note", run.Get(note))))));
    }

    private static Command Close(CommandShell shell)
    {
        var id = Id();
        var lessons = Options.Text("--lessons", "What was learnt, unless 'lessons' wrote it already.");
        var isFalse = Options.Switch("--false-alarm", "It was none.");
        return shell.OfOwner("close", "Close an incident, with its lessons.", [id, lessons, isFalse], run => run.ShowAsync(run.PostAsync(
            Route.Owned($"incidents/{run.Get(id)}:close"), Body.Of(("lessons", run.Get(lessons)), ("falseAlarm", Body.True(run.Get(isFalse)))))));
    }

    private static Command Reopen(CommandShell shell)
    {
        var id = Id();
        var reason = Options.Needed("--reason", "For the timeline.");
        return shell.OfOwner("reopen", "Take a closed incident up again.", [id, reason], run => run.ShowAsync(run.PostAsync(Route.Owned($"incidents/{run.Get(id)}:reopen"), Body.Of(("reason", run.Get(reason))))));
    }

    private static Command Timeline(CommandShell shell)
    {
        var id = Id();
        return shell.OfOwner("timeline", "What happened, oldest first.", [id, shell.Limit], run => run.ListAsync(Route.Owned($"incidents/{run.Get(id)}/timeline"), "number at kind by text action target outcome"));
    }

    private static Command Note(CommandShell shell)
    {
        var id = Id();
        var text = Options.Name("text", "At most 1000 characters.");
        var at = Options.Text("--happened-at", "When it happened, where that was before.");
        return shell.OfOwner("note", "Write into the timeline.", [id, text, at], run => run.ShowAsync(run.PostAsync(
            Route.Owned($"incidents/{run.Get(id)}/timeline"), Body.Of(("text", run.Get(text)), ("happenedAt", run.Get(at))))));
    }

    private static Command Lessons(CommandShell shell)
    {
        var id = Id();
        var file = Options.Needed("--file", "Text file; - for standard input.", "-f");
        return shell.OfOwner("lessons", "Write down what was learnt.", [id, file], async run =>
            (await GivenFile.TextAsync(run.Get(file)!, run.Terminal.OpenInput, run.Cancel)).Try(out var text, out var refused)
                ? await run.ShowAsync(run.EditAsync(Of(run.Get(id)), before => Edited(before, ("lessons", text.Trim()))))
                : await run.Printer.RefuseAsync(refused));
    }

    private static Command Export(CommandShell shell)
    {
        var id = Id();
        var file = Options.Name("file", "New file for the bundle, ending in .zip; - for standard output.");
        var from = Options.Text("--from", "Since when the trail is of interest; the beginning of the incident when absent.");
        var to = Options.Text("--to", "Until when; now when absent.");
        return shell.OfOwner("export", "Export the evidence as a signed bundle. Judge it with: platform audit verify FILE", [id, file, from, to], async run =>
        {
            // Made anew each time, so not under an Idempotency-Key.
            var refused = await Download.ToAsync(run, run.Get(file), HttpMethod.Post, Route.Owned($"incidents/{run.Get(id)}:exportEvidence"), request =>
                request with { Body = Body.Of(("from", run.Get(from)), ("to", run.Get(to))), IsOnce = true });
            return refused is null ? ExitCode.Done : await run.Printer.RefuseAsync(refused);
        });
    }

    /// <summary>All that people may change, with these instead.</summary>
    private static JsonObject Edited(JsonObject before, params ReadOnlySpan<(string Name, JsonNode? Value)> changes)
    {
        string[] members = ["title", "severity", "description", "owner", "startedAt", "alerts", "events", "lessons"];
        var edited = Body.Of(changes);
        foreach (var name in members.Where(name => before[name] is not null && !edited.ContainsKey(name)))
        {
            edited[name] = before[name]!.DeepClone();
        }

        return edited;
    }

    private static Option<string?> Severity(string description) => Options.Choice("--severity", description, Severities);
}
