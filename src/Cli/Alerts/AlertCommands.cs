using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using Platform.Cli.Printing;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Alerts;

internal static class AlertCommands
{
    public static Command Create(CommandShell shell)
    {
        var rule = new AlertRuleOptions();
        return CommandShell.Group("alert", "Alert rules of a tenant, or the platform's own (--platform), and what they told.",
            List(shell), Show(shell), Add(shell, rule), Update(shell, rule), Delete(shell), Silence(shell),
            Act(shell, "unsilence", "Let a rule tell again.", "unsilence"),
            Act(shell, "resolve", "Resolve the alert that a rule has open.", "resolve"),
            Act(shell, "test", "Send a test through the channels of a rule.", "test"),
            History(shell), MetricCommand.Create(shell), BackTest(shell, rule));
    }

    private static Command List(CommandShell shell) =>
        shell.OfOwner("list", "Rules, each with its value now.", [shell.Limit], run => run.ListAsync(Route.Owned($"alert-rules"), "name signal threshold windowSeconds enabled value alert silence.until"));

    private static Command Show(CommandShell shell)
    {
        var name = Name();
        return shell.OfOwner("show", "A rule.", [name], run => run.ShowAsync(run.GetAsync(Route.Owned($"alert-rules/{run.Get(name)}"))));
    }

    private static Command Add(CommandShell shell, AlertRuleOptions rule)
    {
        var name = Name();
        return shell.OfOwner("create", "Make a rule: --signal and --threshold at least.", [name, .. rule.All], run => run.ShowAsync(run.MakeAsync(Route.Owned($"alert-rules/{run.Get(name)}"), rule.On(run, []))));
    }

    private static Command Update(CommandShell shell, AlertRuleOptions rule)
    {
        var name = Name();
        return shell.OfOwner("update", "Change what is named of a rule; the rest stays.", [name, .. rule.All], run => run.ShowAsync(run.EditAsync(Route.Owned($"alert-rules/{run.Get(name)}"), before => rule.On(run, before))));
    }

    private static Command Delete(CommandShell shell)
    {
        var name = Name();
        return shell.OfOwner("delete", "Delete a rule; a built-in one is as in the beginning then.", [name], run => run.ShowAsync(run.DeleteAsync(Route.Owned($"alert-rules/{run.Get(name)}")), "Deleted."));
    }

    private static Command Silence(CommandShell shell)
    {
        var name = Name();
        var reason = Options.Needed("--reason", "For administrators, and for the trail.");
        var length = Options.Text("--for", "How long, such as 30m, 2h or 7d.");
        var until = Options.Text("--until", "Until when, such as 2026-11-29T22:00:00Z, in place of --for.");
        return shell.OfOwner("silence", "Have a rule watch and tell nobody for a while.", [name, reason, length, until], async run =>
        {
            if (!Until(run, run.Get(length), run.Get(until)).Try(out var end, out var refused))
            {
                return await run.Printer.RefuseAsync(refused);
            }

            return await run.ShowAsync(run.PostAsync(Route.Owned($"alert-rules/{run.Get(name)}:silence"), Body.Of(("until", end), ("reason", run.Get(reason)))));
        });
    }

    private static Command Act(CommandShell shell, string name, string description, string verb)
    {
        var rule = Name();
        var act = new Route.Raw(verb);
        return shell.OfOwner(name, description, [rule], run => run.ShowAsync(run.PostAsync(Route.Owned($"alert-rules/{run.Get(rule)}:{act}"))));
    }

    private static Command History(CommandShell shell)
    {
        var state = Options.Choice("--state", "Only alerts that are", "firing", "resolved");
        return shell.OfOwner("history", "Alerts, newest first.", [state, shell.Limit], run => run.ListAsync(Route.Owned($"alerts").With(("state", run.Get(state))), "id rule state value peak firedAt resolvedAt resolvedBy"));
    }

    private static Command BackTest(CommandShell shell, AlertRuleOptions rule)
    {
        var name = Options.MaybeName("name", "Of a rule; without it the options say one that is not written yet. With both, the rule as it would be.");
        var from = Options.Text("--from", "Since when; a day before the end when absent.");
        var to = Options.Text("--to", "Until when; now when absent.");
        return shell.OfOwner("backtest", "Tell when a rule would have fired.", [name, from, to, .. rule.All], async run =>
        {
            var reply = run.Maybe(name) is not { } known ? await TryAsync(run, rule.On(run, []), run.Get(from), run.Get(to))
                : rule.IsAny(run) ? await ChangedAsync(run, known, rule, run.Get(from), run.Get(to))
                : await run.PostAsync(Route.Owned($"alert-rules/{known}:backTest"), Body.Of(("from", run.Get(from)), ("to", run.Get(to))));
            if (reply.Refusal is not null || run.Format != OutputFormat.Table)
            {
                return await run.ShowAsync(reply);
            }

            if (reply.Body?["alerts"] is JsonArray { Count: > 0 } alerts)
            {
                await run.Printer.ListAsync(alerts, "firedAt resolvedAt value peak");
            }

            await run.Printer.NoteAsync($"Fired {Cell.Of(reply.Body, "fired")} times from {Cell.Of(reply.Body, "from")} to {Cell.Of(reply.Body, "to")}; exact: {Cell.Of(reply.Body, "exact")}.");
            return ExitCode.Done;
        });
    }

    private static async Task<Reply> ChangedAsync(Run run, string name, AlertRuleOptions rule, string? from, string? to)
    {
        var before = await run.GetAsync(Route.Owned($"alert-rules/{name}"));
        return before.Refusal is not null ? before : await TryAsync(run, rule.On(run, before.Body as JsonObject ?? []), from, to);
    }

    private static Task<Reply> TryAsync(Run run, JsonObject rule, string? from, string? to) => run.PostAsync(Route.Owned($"alert-rules:backTest"), Body.Of(("rule", rule), ("from", from), ("to", to)));

    private static Outcome<string> Until(Run run, string? length, string? until)
    {
        if ((length is null) == (until is null))
        {
            return Refusal.Usage("Say how long: --for 2h, or --until 2026-11-29T22:00:00Z.");
        }

        return until is not null ? until
            : Span.Read(length!).Try(out var span, out var refused) ? (run.Terminal.Clock.GetUtcNow() + span).ToString("O", System.Globalization.CultureInfo.InvariantCulture)
            : refused;
    }

    private static Argument<string> Name() => Options.Name("name", "Of the rule.");
}
