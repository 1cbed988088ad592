using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Cli.Documents;
using Platform.Cli.Outcomes;
using Platform.Cli.Printing;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Configurations;

/// <summary><c>platform apply</c>: makes a tenant what a file says, or tells the difference.</summary>
internal static class ApplyConfigurationCommand
{
    public static Command Create(CommandShell shell)
    {
        var file = Options.Needed("--file", "YAML or JSON as 'platform export' writes it; - for standard input.", "-f");
        var dryRun = Options.Switch("--dry-run", "Change nothing, tell what would change. Exit code 9 when there is something.");
        var prune = Options.Switch("--prune", "Within the sections of the file, take away what it does not name: roles, alert rules, and the roles and groups of members.");
        var confirm = Options.Text("--confirm", "The tenant's slug, for what --prune takes away; asked for where a person types.");
        return shell.OfTenant("apply", "Make a tenant what a file says. Sections that are not in the file stay as they are. What is known beforehand to be refused refuses all of it. Exit code 1 when a change failed all the same: the others are made, and the same command again does the rest.",
            [file, dryRun, prune, confirm], async run =>
            {
                if (!(await YamlReader.FileAsync(run.Get(file)!, run.Terminal.OpenInput, run.Cancel)).Try(out var read, out var refused)
                    || !Judge(read, run.Get(file)!).Try(out var document, out refused)
                    || !(await run.OwnerAsync()).Try(out var tenant, out refused))
                {
                    return await run.Printer.RefuseAsync(refused);
                }

                return await RunAsync(run, new Wanted(tenant!, document, run.Get(dryRun), run.Get(prune), run.Get(confirm)));
            });
    }

    /// <summary>A name without a value is a mistake more often than a wish, and the server would leave that section alone.</summary>
    private static Outcome<JsonObject> Judge(JsonNode read, string name)
    {
        if (read is not JsonObject document)
        {
            return Refusal.Usage($"{name} has no names at its top, such as 'roles:'.");
        }

        return document.FirstOrDefault(section => section.Value is null).Key is { } empty
            ? Refusal.Usage($"{name}: {empty} has no value. Leave it out to leave it alone, or write {empty}: {{}} for none.")
            : document;
    }

    private static async Task<int> RunAsync(Run run, Wanted wanted)
    {
        var now = await run.GetAsync(Route.Owned($"config"));
        if (now.Refusal is not null)
        {
            return await run.ShowAsync(now);
        }

        if (wanted.DryRun)
        {
            return await TellAsync(run, wanted, await SendAsync(run, wanted, now.Version, isDry: true));
        }

        // What is confirmed is what is done: both are about the version that was read.
        return wanted.Prune && await UnconfirmedAsync(run, wanted, now.Version) is { } exit
            ? exit
            : await TellAsync(run, wanted, await SendAsync(run, wanted, now.Version, isDry: false));
    }

    private static Task<Reply> SendAsync(Run run, Wanted wanted, string? version, bool isDry) =>
        run.SendAsync(HttpMethod.Put, Route.Owned($"config").With(("dryRun", isDry ? "true" : "false"), ("prune", wanted.Prune ? "true" : "false")), request => request with { Body = wanted.Document, IfMatch = version });

    /// <summary>Null when nothing is taken away, or somebody wants just that.</summary>
    private static async Task<int?> UnconfirmedAsync(Run run, Wanted wanted, string? version)
    {
        var reply = await SendAsync(run, wanted, version, isDry: true);
        if (reply.Refusal is not null)
        {
            return await run.ShowAsync(reply);
        }

        if (!ConfigurationChanges.Of(reply.Body).Try(out var planned, out var refused))
        {
            return await run.Printer.RefuseAsync(refused);
        }

        var pruned = planned.Pruned(wanted.Document);
        if (pruned.Count == 0)
        {
            return null;
        }

        await run.Printer.NoteAsync($"--prune takes away from {wanted.Tenant}:");
        await run.Terminal.Error.WriteAsync(ConfigurationDiff.Of(pruned));
        return await Confirmation.IsGivenAsync(run, wanted.Confirm, wanted.Tenant, "to take it away")
            ? null
            : await run.Printer.RefuseAsync(Refusal.Usage($"Nothing was changed. Name the tenant: --confirm {wanted.Tenant}"));
    }

    private static async Task<int> TellAsync(Run run, Wanted wanted, Reply reply)
    {
        if (reply.Refusal is not null)
        {
            return await run.ShowAsync(reply);
        }

        if (!ConfigurationChanges.Of(reply.Body).Try(out var changes, out var refused))
        {
            return await run.Printer.RefuseAsync(refused);
        }

        if (run.Format == OutputFormat.Table)
        {
            await run.Printer.WriteAsync(ConfigurationDiff.Of(changes.Pending));
        }
        else
        {
            await run.Printer.ShowAsync(reply.Body);
        }

        if (changes.Pending.Count == 0)
        {
            await run.Printer.NoteAsync($"Nothing to do: {wanted.Tenant} is what the file says.");
            return ExitCode.Done;
        }

        if (wanted.DryRun)
        {
            await run.Printer.NoteAsync($"{wanted.Tenant}, nothing changed yet: {changes.Planned}.");
            return ExitCode.Pending;
        }

        await run.Printer.NoteAsync($"{wanted.Tenant}: {changes.Done}.");
        return changes.Failed == 0 ? ExitCode.Done : await run.Printer.RefuseAsync(new Refusal(ExitCode.Refused, "Not every change was made. The same command again does the rest, once the reason is gone."));
    }

    /// <param name="Tenant">Its slug.</param>
    /// <param name="Document">What it should be.</param>
    /// <param name="DryRun">Nothing is changed.</param>
    /// <param name="Prune">What sections do not name goes.</param>
    /// <param name="Confirm">The slug once more.</param>
    private sealed record Wanted(string Tenant, JsonObject Document, bool DryRun, bool Prune, string? Confirm);
}
