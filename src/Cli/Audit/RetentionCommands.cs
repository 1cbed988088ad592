using System.CommandLine;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Audit;

/// <summary>How long trails are kept, and what keeps them longer.</summary>
internal static class RetentionCommands
{
    public static Command Show(CommandShell shell) =>
        shell.OfTenant("retention", "How many days a trail is kept, its legal holds, and through which sequence it is pruned.", [], run => run.ShowAsync(run.GetAsync(Route.Owned($"audit-retention"))));

    public static Command Set(CommandShell shell)
    {
        var days = Options.Count("days", "90 to 3650, and no fewer than the platform's own.");
        return shell.OfTenant("set-retention", "Set for how many days a trail is kept; whole segments that are older are deleted.", [days], run =>
            run.ShowAsync(run.ReplaceAsync(Route.Owned($"audit-retention"), Body.Of(("days", run.Get(days))))));
    }

    public static Command Hold(CommandShell shell)
    {
        var reason = Options.Name("reason", "Such as the number of the case, in at most 500 characters.");
        return shell.OfTenant("hold", "Place a legal hold: nothing of the trail is deleted while it stands.", [reason], run =>
            run.ShowAsync(run.PostAsync(Route.Owned($"audit-holds"), Body.Of(("reason", run.Get(reason))))));
    }

    public static Command Release(CommandShell shell)
    {
        var id = Options.Name("id", "Of the hold, as 'retention' tells it.");
        return shell.OfTenant("release-hold", "Release a legal hold. What an operator holds, only an operator releases.", [id], run =>
            run.ShowAsync(run.PostAsync(Route.Owned($"audit-holds/{run.Get(id)}:release"))));
    }
}
