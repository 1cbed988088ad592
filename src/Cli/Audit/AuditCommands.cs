using System.CommandLine;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Audit;

internal static class AuditCommands
{
    public static Command Create(CommandShell shell)
    {
        var query = new AuditQueryOptions();
        return CommandShell.Group("audit", "Audit trails: search, follow, export and verify. The platform's own is the tenant _sys.",
            List(shell, query), TailCommand.Create(shell, query), ExportCommand.Create(shell), VerifyCommand.Create(shell), VerifyDeletionCommand.Create(shell));
    }

    private static Command List(CommandShell shell, AuditQueryOptions query)
    {
        var order = Options.Choice("--order", "By time", "newest", "oldest");
        return shell.OfTenant("list", "Events, newest first.", [.. query.Of, query.From, query.To, query.Correlation, order, shell.Limit], run => run.ListAsync(
            query.On(Route.Owned($"audit-events"), run).With(("from", run.Get(query.From)), ("to", run.Get(query.To)), ("correlation", run.Get(query.Correlation)), ("order", run.Get(order))),
            "sequence event.at event.class event.action event.outcome event.principal event.target"));
    }
}
