using System.CommandLine;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Webhooks;

internal static class WebhookCommands
{
    public static Command Create(CommandShell shell) => CommandShell.Group("webhook", "Webhook endpoints of a tenant, or the operators' own (--platform), and what was sent to them.",
        List(shell), Add(shell), Show(shell), Update(shell), Delete(shell),
        Act(shell, "enable", "Send again to an endpoint that failed for too long.", "enable"),
        Rotate(shell),
        Act(shell, "test", "Send a test event.", "test"),
        Deliveries(shell), Redeliver(shell));

    private static Command List(CommandShell shell) =>
        shell.OfOwner("list", "Endpoints.", [shell.Limit], run => run.ListAsync(Route.Owned($"webhooks"), "id url eventTypes disabled waiting failingSince lastDeliveredAt"));

    private static Command Add(CommandShell shell)
    {
        var url = Options.Name("url", "Where events go, https://…; - when it holds a secret: it is asked for then, or read from standard input.");
        var events = Events("An event that it hears of, such as alert.fired, or a whole area, alert.*.");
        var description = Options.Text("--description", "For people.");
        return shell.OfOwner("create", "Add an endpoint. Its signing secret goes to a new file of mode 0600, or is shown once to a terminal.", [url, events, description, shell.OutputFile], async run =>
            (await UrlAsync(run, run.Get(url))).Try(out var where, out var refused)
                ? await SecretSink.RevealAsync(run, run.Get(shell.OutputFile), () => run.PostAsync(Route.Owned($"webhooks"), Body.Of(
                    ("url", where), ("eventTypes", Body.Array(run.Get(events)) ?? ["alert.*"]), ("description", run.Get(description)))))
                : await run.Printer.RefuseAsync(refused));
    }

    private static Command Show(CommandShell shell)
    {
        var id = Id();
        return shell.OfOwner("show", "An endpoint, without its secret.", [id], run => run.ShowAsync(run.GetAsync(Route.Owned($"webhooks/{run.Get(id)}"))));
    }

    private static Command Update(CommandShell shell)
    {
        var id = Id();
        var url = Options.Text("--url-to", "Where events go from now on; - to be asked for it.");
        var events = Events("An event that it hears of from now on, in place of all before.");
        var description = Options.Text("--description", "For people.");
        var disabled = Options.Choice("--disabled", "Whether nothing is sent to it", "true", "false");
        return shell.OfOwner("update", "Change what is named of an endpoint; the rest stays.", [id, url, events, description, disabled], async run =>
        {
            string? where = null;
            if (run.Get(url) is { } given && !(await UrlAsync(run, given)).Try(out where, out var refused))
            {
                return await run.Printer.RefuseAsync(refused);
            }

            return await run.ShowAsync(run.EditAsync(Route.Owned($"webhooks/{run.Get(id)}"), before => Body.Of(
                ("url", where ?? before["url"]?.DeepClone()), ("eventTypes", Body.Array(run.Get(events)) ?? before["eventTypes"]?.DeepClone()),
                ("description", run.Get(description) ?? before["description"]?.DeepClone()), ("disabled", run.Get(disabled) is { } said ? said == "true" : before["disabled"]?.DeepClone()))));
        });
    }

    private static Command Delete(CommandShell shell)
    {
        var id = Id();
        return shell.OfOwner("delete", "Delete an endpoint, its secret and what waits for it.", [id], run => run.ShowAsync(run.DeleteAsync(Route.Owned($"webhooks/{run.Get(id)}")), "Deleted."));
    }

    private static Command Rotate(CommandShell shell)
    {
        var id = Id();
        var overlap = Options.Number("--overlap-hours", "Hours for which the old secret signs too; the server's default when absent.");
        return shell.OfOwner("rotate", "Sign with a new secret, which is told once.", [id, overlap, shell.OutputFile], run =>
            SecretSink.RevealAsync(run, run.Get(shell.OutputFile), () => run.PostAsync(Route.Owned($"webhooks/{run.Get(id)}:rotateSecret"), Body.Of(("overlapHours", run.Get(overlap))))));
    }

    private static Command Act(CommandShell shell, string name, string description, string verb)
    {
        var id = Id();
        var act = new Route.Raw(verb);
        return shell.OfOwner(name, description, [id], run => run.ShowAsync(run.PostAsync(Route.Owned($"webhooks/{run.Get(id)}:{act}"))));
    }

    private static Command Deliveries(CommandShell shell)
    {
        var id = Id();
        var state = Options.Choice("--state", "Only deliveries that are", "waiting", "delivered", "failed", "dropped");
        return shell.OfOwner("deliveries", "What was sent, newest first; never what was in it.", [id, state, shell.Limit], run => run.ListAsync(
            Route.Owned($"webhooks/{run.Get(id)}/deliveries").With(("state", run.Get(state))), "id type state at nextAttemptAt canRedeliver"));
    }

    private static Command Redeliver(CommandShell shell)
    {
        var id = Id();
        var delivery = Options.Name("delivery", "Its id, as 'deliveries' tells it.");
        return shell.OfOwner("redeliver", "Send a delivery again.", [id, delivery], run => run.ShowAsync(run.PostAsync(Route.Owned($"webhooks/{run.Get(id)}/deliveries/{run.Get(delivery)}:redeliver"))));
    }

    /// <summary>URLs of some services are secrets themselves: those are in no argument.</summary>
    private static async Task<Outcome<string>> UrlAsync(Run run, string given)
    {
        if (given != "-")
        {
            return given;
        }

        return await run.Terminal.AskSecretAsync("URL of the webhook", run.Cancel) is { Length: > 0 } typed ? typed : Refusal.Usage("URL of the webhook: nothing was given.");
    }

    private static Option<string[]> Events(string description) => Options.Many("--event", description);

    private static Argument<string> Id() => Options.Name("id", "Of the endpoint.");
}
