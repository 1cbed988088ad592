using System.CommandLine;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Logins;

internal static class LoginPolicyCommands
{
    public static Command Create(CommandShell shell) => CommandShell.Group("login-policy", "What signing in to a tenant takes.", Show(shell), Set(shell));

    private static Command Show(CommandShell shell) => shell.OfTenant("show", "The policy. The platform's own holds too: the stricter of the two.", [], run => run.ShowAsync(run.GetAsync(Policy)));

    private static Command Set(CommandShell shell)
    {
        var who = Options.Name("second-factor", "Whose password alone is not enough: everyone's, admins', or nobody's (recommended).");
        who.AcceptOnlyFromAmong("everyone", "admins", "recommended");
        return shell.OfTenant("set", "Set who needs a second factor.", [who], run => run.ShowAsync(run.ReplaceAsync(Policy, Body.Of(("secondFactor", run.Get(who))))));
    }

    private static Route Policy => Route.Owned($"login-policy");
}
