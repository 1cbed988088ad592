using System.CommandLine;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Sessions;

internal static class SessionCommands
{
    /// <summary>Of sessions in tables.</summary>
    internal const string Columns = "id principal openedAt lastUsedAt expiresAt address agent secondFactor current";

    public static Command Create(CommandShell shell) => CommandShell.Group("session", "Sessions of a tenant's people; operators' are those of the tenant _sys.", List(shell), End(shell));

    private static Command List(CommandShell shell)
    {
        var principal = Options.Text("--principal", "Only those of this principal.");
        return shell.OfTenant("list", "Open sessions.", [principal, shell.Limit], run => run.ListAsync(Route.Owned($"sessions").With(("principal", run.Get(principal))), Columns));
    }

    private static Command End(CommandShell shell)
    {
        var id = Options.Name("id", "Of the session. For all of somebody: principal end-sessions");
        return shell.OfTenant("end", "End a session, from its next request on.", [id], run => run.ShowAsync(run.SendAsync(HttpMethod.Delete, Route.Owned($"sessions/{run.Get(id)}")), "It is over."));
    }
}
