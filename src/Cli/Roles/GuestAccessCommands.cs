using System.CommandLine;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Roles;

internal static class GuestAccessCommands
{
    public static Command Create(CommandShell shell) => CommandShell.Group("guest-access", "Whether a tenant's endpoint serves callers without a credential, with the role guest.",
        shell.OfTenant("show", "Whether it does.", [], run => run.ShowAsync(run.GetAsync(Setting))),
        Set(shell, "enable", "Serve callers without a credential.", true),
        Set(shell, "disable", "Serve nobody without a credential, within 5 s everywhere.", false));

    private static Command Set(CommandShell shell, string name, string description, bool isOn) =>
        shell.OfTenant(name, description, [], run => run.ShowAsync(run.ReplaceAsync(Setting, Body.Of(("enabled", isOn)))));

    private static Route Setting => Route.Owned($"guest-access");
}
