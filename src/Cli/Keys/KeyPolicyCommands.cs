using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Keys;

/// <summary>How long keys of a tenant may live at most.</summary>
internal static class KeyPolicyCommands
{
    public static Command Show(CommandShell shell) => shell.OfTenant("policy", "How long new keys of a tenant may live at most.", [], run => run.ShowAsync(run.GetAsync(Policy)));

    public static Command Set(CommandShell shell)
    {
        var days = Options.Number("--max-life-days", "1 to 3650. Keys that live already are left alone.");
        var unlimited = Options.Switch("--unlimited", "No end is asked of keys.");
        return shell.OfTenant("set-policy", "Set how long new keys of a tenant may live at most.", [days, unlimited], async run =>
            run.Get(days) is null == run.Get(unlimited)
                ? await run.ShowAsync(run.ReplaceAsync(Policy, new JsonObject { ["maxLifeDays"] = run.Get(days) }))
                : await run.Printer.RefuseAsync(Refusal.Usage("Say how long: --max-life-days 90, or --unlimited.")));
    }

    private static Route Policy => Route.Owned($"key-policy");
}
