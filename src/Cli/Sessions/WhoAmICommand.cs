using System.CommandLine;
using Platform.Cli.Shell;

namespace Platform.Cli.Sessions;

internal static class WhoAmICommand
{
    public static Command Create(CommandShell shell) => shell.OfTenant("whoami", "Tell whom the server takes you for: a user with the session's permissions, or a key. A tenant's key is looked up in the tenant that is named.", [], async run =>
    {
        var who = await Identity.AskAsync(run, run.Get(shell.Tenant));
        if (Identity.IsUntold(who.Body))
        {
            await run.Printer.NoteAsync($"More cannot be told of it. {Identity.Cure(who.Body)}");
        }

        return await run.ShowAsync(who);
    });
}
