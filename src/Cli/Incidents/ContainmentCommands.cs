using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using Platform.Cli.Printing;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Incidents;

/// <summary>What stops an attacker, and what lets the tenant go on afterwards.</summary>
internal static class ContainmentCommands
{
    public static Command Contain(CommandShell shell)
    {
        var id = IncidentCommands.Id();
        var reason = Options.Text("--reason", "For those whom it stops; the incident's title when absent.");
        var of = Options.Text("--of", "Slug of the tenant that it is done to, for incidents of the platform.");
        var readOnly = Options.Switch("--read-only", "Nothing of the tenant can be changed.");
        var suspend = Options.Switch("--suspend-tenant", "Nobody of the tenant is served; for operators.");
        var credentials = Options.Switch("--revoke-credentials", "End every credential of the tenant.");
        var signing = Options.Switch("--rotate-signing-keys", "End every token that the tenant's keys signed.");
        var principals = Options.Many("--block", "Id of a principal to block.");
        var keys = Options.Many("--revoke-key", "Id of a key to revoke.");
        var entries = Options.Many("--quarantine", "tool/NAME or prompt/NAME to hide and refuse.");
        var again = Options.Switch("--again", "Revoke and rotate once more what this incident did before.");
        return shell.OfOwner("contain", "Contain an incident by the chosen steps; without any, by those that are left. Exit code 1 when one is not done.",
            [id, reason, of, readOnly, suspend, credentials, signing, principals, keys, entries, again], async run =>
            {
                if (!Entries(run.Get(entries)).Try(out var quarantine, out var refused))
                {
                    return await run.Printer.RefuseAsync(refused);
                }

                var reply = await run.PostAsync(Route.Owned($"incidents/{run.Get(id)}:contain"), Body.Of(
                    ("reason", run.Get(reason)), ("tenant", run.Get(of)), ("readOnly", Body.True(run.Get(readOnly))), ("suspendTenant", Body.True(run.Get(suspend))),
                    ("revokeCredentials", Body.True(run.Get(credentials))), ("rotateSigningKeys", Body.True(run.Get(signing))), ("blockPrincipals", Body.Array(run.Get(principals))),
                    ("revokeKeys", Body.Array(run.Get(keys))), ("quarantine", quarantine.Count > 0 ? quarantine : null), ("again", Body.True(run.Get(again)))));
                return await TellAsync(run, reply);
            });
    }

    public static Command Quarantine(CommandShell shell)
    {
        var entry = Options.MaybeName("entry", "tool/NAME or prompt/NAME to put there.");
        var reason = Options.Text("--reason", "With an entry: why, for administrators and for the trail.");
        return shell.OfTenant("quarantine", "The tools and prompts in quarantine; with one named, put it there: nobody finds or calls it, within 5 s everywhere.", [entry, reason, shell.Limit], async run =>
        {
            if (run.Maybe(entry) is not { } named)
            {
                return await run.ListAsync(Route.Owned($"quarantine"), "kind name restriction.reason restriction.since restriction.by");
            }

            if (!Entries([named]).Try(out var entries, out var refused))
            {
                return await run.Printer.RefuseAsync(refused);
            }

            var body = entries[0]!.DeepClone();
            if (run.Get(reason) is { } why)
            {
                body["reason"] = why;
            }

            return await run.ShowAsync(run.PostAsync(Route.Owned($"quarantine"), body));
        });
    }

    public static Command Release(CommandShell shell)
    {
        var entry = Options.Name("entry", "tool/NAME or prompt/NAME.");
        return shell.OfTenant("release", "Let a tool or a prompt out of quarantine.", [entry], async run =>
            Entries([run.Get(entry)]).Try(out var entries, out var refused)
                ? await run.ShowAsync(run.PostAsync(Route.Owned($"quarantine:release"), entries[0]!.DeepClone()))
                : await run.Printer.RefuseAsync(refused));
    }

    public static Command Resume(CommandShell shell) =>
        shell.OfTenant("resume", "End the read-only mode of a tenant, and serve it again when it is suspended, or ask a second operator to approve that.", [], async run =>
        {
            var reply = await run.GetAsync(Route.Owned($""));
            var (isReadOnly, isSuspended) = (reply.Body?["readOnly"] is not null, Cell.Of(reply.Body, "status") == "suspended");
            if (reply.Refusal is null && isReadOnly)
            {
                reply = await run.PostAsync(Route.Owned($":makeWritable"));
            }

            if (reply.Refusal is null && isSuspended)
            {
                reply = await run.PostAsync(Route.Owned($":resume"));
            }

            return await run.ShowAsync(reply);
        });

    private static async Task<int> TellAsync(Run run, Reply reply)
    {
        if (reply.Refusal is not null)
        {
            return await run.ShowAsync(reply);
        }

        var isComplete = Cell.Of(reply.Body, "complete") == "yes";
        if (run.Format != OutputFormat.Table)
        {
            await run.ShowAsync(reply);
        }
        else
        {
            await run.Printer.ListAsync(reply.Body?["steps"] as JsonArray ?? [], "step target tenant outcome problem at");
        }

        return isComplete ? ExitCode.Done : await run.Printer.RefuseAsync(new Refusal(ExitCode.Refused, "Not everything is done. Ask again, without steps, for what is left."));
    }

    private static Outcome<JsonArray> Entries(string[]? texts)
    {
        var entries = new JsonArray();
        foreach (var text in texts ?? [])
        {
            if (text.Split('/', 2) is not [var kind and ("tool" or "prompt"), { Length: > 0 } name])
            {
                return Refusal.Usage("Write tool/NAME or prompt/NAME, such as tool/echo.");
            }

            entries.Add(Body.Of(("kind", kind), ("name", name)));
        }

        return entries;
    }
}
