using System.CommandLine;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Deletions;

/// <summary>What is left of purged tenants: signed records, and their trails.</summary>
internal static class DeletionRecordCommands
{
    public static Command Create(CommandShell shell) => CommandShell.Group("deletion-record", "Signed records of purged tenants, and their trails; for operators.", List(shell), Show(shell), Export(shell));

    private static Command List(CommandShell shell) => shell.Command("list", "Purged tenants.", [shell.Limit], run => run.ListAsync(Route.Of($"deletion-records"), "tenant slug purgedAt"));

    private static Command Show(CommandShell shell)
    {
        var id = Id();
        return shell.Command("show", "A record with the keys that judge it; -o json > FILE for: platform audit verify-deletion FILE", [id], run => run.ShowAsync(run.GetAsync(Route.Of($"deletion-records/{run.Get(id)}"))));
    }

    private static Command Export(CommandShell shell)
    {
        var id = Id();
        var file = Options.Name("file", "New file for the bundle, ending in .zip; - for standard output.");
        return shell.Command("export-audit", "Export the trail of a purged tenant as a signed bundle. Judge it with: platform audit verify FILE", [id, file], async run =>
            await Download.ToAsync(run, run.Get(file), HttpMethod.Get, Route.Of($"deletion-records/{run.Get(id)}/audit:export")) is { } refused ? await run.Printer.RefuseAsync(refused) : ExitCode.Done);
    }

    private static Argument<string> Id() => Options.Name("id", "Of the tenant: its id, as 'list' tells it, not its slug.");
}
