using System.CommandLine;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Audit;

internal static class AuditCommands
{
    /// <summary>Of events in tables.</summary>
    internal const string Columns = "sequence event.at event.class event.action event.outcome event.principal event.target";

    public static Command Create(CommandShell shell)
    {
        var query = new AuditQueryOptions();
        return CommandShell.Group("audit", "Audit trails: search, follow, export, keep and verify. The platform's own is the tenant _sys.",
        [
            List(shell, query), TailCommand.Create(shell, query), HistogramCommand.Create(shell, query), LookUpCommand.Create(shell, query), SaveCommand.Create(shell, query),
            ExportCommand.Create(shell), VerifyCommand.Create(shell), VerifyDeletionCommand.Create(shell),
            RetentionCommands.Show(shell), RetentionCommands.Set(shell), RetentionCommands.Hold(shell), RetentionCommands.Release(shell),
            .. EvidenceCommands.All(shell),
        ]);
    }

    private static Command List(CommandShell shell, AuditQueryOptions query) =>
        shell.OfTenant("list", "Events, newest first.", [.. query.Of, query.From, query.To, query.Correlation, query.Order, shell.Limit], run => run.ListAsync(query.InOrder(Route.Owned($"audit-events"), run), Columns));
}
