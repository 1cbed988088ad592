using System.CommandLine;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.PersonalData;

internal static class PersonalDataCommands
{
    public static Command Create(CommandShell shell) => CommandShell.Group("personal-data", "What is held of a person: export and erasure. Operators are people of the tenant _sys.", Export(shell), Fetch(shell), Erase(shell), Records(shell), Record(shell));

    private static Command Export(CommandShell shell)
    {
        var id = Id();
        return shell.OfTenant("export", "Gather what is held of a person. Tells the operation; 'download' fetches the file when it is over, within 24 h.", [id], run =>
            run.ShowAsync(run.PostAsync(Route.Owned($"principals/{run.Get(id)}:exportData"))));
    }

    private static Command Fetch(CommandShell shell)
    {
        var id = Id();
        var file = Options.Name("file", "New file for it (JSON); - for standard output.");
        return shell.OfTenant("download", "Fetch what was gathered of a person. Exit code 6 while it is being made.", [id, file], async run =>
            await Download.ToAsync(run, run.Get(file), HttpMethod.Get, Route.Owned($"principals/{run.Get(id)}/personal-data"), shownAsText: true) is { } refused ? await run.Printer.RefuseAsync(refused) : ExitCode.Done);
    }

    private static Command Erase(CommandShell shell)
    {
        var id = Id();
        var confirm = Options.Text("--confirm", "The id once more; asked for where a person types.");
        var keep = Options.Switch("--keep-issued-keys", "Leave API keys that the person made for services; else they are revoked.");
        return shell.OfTenant("erase", "Erase a person for good: nobody is let in under the id from now on, and there is no way back. Records of audit stay.", [id, confirm, keep], async run =>
        {
            var person = run.Get(id);
            return await Confirmation.IsGivenAsync(run, run.Get(confirm), person, "to erase it for good")
                ? await run.ShowAsync(run.PostAsync(Route.Owned($"principals/{person}:erase"), Body.Of(("confirm", person), ("keepIssuedKeys", Body.True(run.Get(keep))))))
                : await run.Printer.RefuseAsync(Refusal.Usage($"Nobody was erased. Name the person once more: --confirm {person}"));
        });
    }

    private static Command Records(CommandShell shell) =>
        shell.OfTenant("records", "People who were erased.", [shell.Limit], run => run.ListAsync(Route.Owned($"erasure-records"), "principal erasedAt"));

    private static Command Record(CommandShell shell)
    {
        var id = Id();
        return shell.OfTenant("record", "The signed record of an erasure, with the keys that judge it; -o json > FILE for: platform audit verify-deletion FILE", [id], run =>
            run.ShowAsync(run.GetAsync(Route.Owned($"erasure-records/{run.Get(id)}"))));
    }

    private static Argument<string> Id() => Options.Name("id", "Of the person, usr_… or ext_….");
}
