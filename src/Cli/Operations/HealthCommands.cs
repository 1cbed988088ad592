using System.CommandLine;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Operations;

internal static class HealthCommands
{
    public static Command Create(CommandShell shell) => CommandShell.Group("health", "How the platform is; for operators.",
        shell.Command("silos", "The processes that hold grains: state, grains, CPU in percent, memory in bytes.", [], run =>
            run.ListAsync(run.GetAsync(Route.Of($"platform/silos")), "name address state startedAt seenAt load.grains load.cpuPercentage load.memoryBytes load.memoryLimit load.isOverloaded")),
        shell.Command("grains", "Grains in memory, by kind.", [], run => run.ListAsync(run.GetAsync(Route.Of($"platform/grains")), "kind count silos")),
        shell.Command("storage", "What storage holds, and what is free, in bytes.", [], run => run.ShowAsync(run.GetAsync(Route.Of($"platform/storage")))),
        shell.Command("audit", "Whether trails are watched, witnessed and sent on.", [], run => run.ShowAsync(run.GetAsync(Route.Of($"platform/audit-health")))));
}
