using System.CommandLine;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Incidents;

internal static class TokenCommands
{
    public static Command Create(CommandShell shell) => CommandShell.Group("token", "Access tokens that a tenant's authorization server made.", Revoke(shell));

    private static Command Revoke(CommandShell shell)
    {
        var token = Options.Name("token", "Its id, as the audit trail has it: token: and its jti, or the jti alone. Never the token itself.");
        var family = Options.Switch("--family", "With it all that came of the same consent.");
        var reason = Options.Text("--reason", "For administrators, and for the trail.");
        return shell.OfTenant("revoke", "Take one token back, within 5 s everywhere.", [token, family, reason], async run =>
        {
            // Header, claims and signature: somebody has pasted the credential.
            if (run.Get(token).Split('.').Length == 3 && run.Get(token).Contains("eyJ", StringComparison.Ordinal))
            {
                return await run.Printer.RefuseAsync(Refusal.Usage("This is a token, not the id of one, and now it is in the shell's history. Name its jti."));
            }

            return await run.ShowAsync(run.PostAsync(Route.Owned($"tokens:revoke"), Body.Of(("token", run.Get(token)), ("family", Body.True(run.Get(family))), ("reason", run.Get(reason)))));
        });
    }
}
