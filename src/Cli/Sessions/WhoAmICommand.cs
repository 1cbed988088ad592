using System.CommandLine;
using Platform.Cli.Shell;

namespace Platform.Cli.Sessions;

internal static class WhoAmICommand
{
    public static Command Create(CommandShell shell) =>
        shell.Command("whoami", "Tell whom the server takes you for: a user with the session's permissions, or a key.", [], async run => await run.ShowAsync(Identity.AskAsync(run)));
}
