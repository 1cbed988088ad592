using System.CommandLine;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Secrets;

internal static class SecretCommands
{
    public static Command Create(CommandShell shell) => CommandShell.Group("secret", "What the vault holds for a tenant, or for the platform (--platform): names and versions, never a value.",
        shell.OfOwner("list", "Secrets, by name; their newest 20 versions with -o json.", [shell.Limit], run => run.ListAsync(Route.Owned($"secrets"), "name use usedBy state versionCount")));
}
