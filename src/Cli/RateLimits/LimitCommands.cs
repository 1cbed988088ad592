using System.CommandLine;
using Platform.Cli.Documents;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.RateLimits;

internal static class LimitCommands
{
    public static Command Create(CommandShell shell) => CommandShell.Group("limit", "Rate limits and quotas of a tenant, and the plan that it has.", Show(shell), Usage(shell), Quota(shell), Set(shell), Plan(shell), SetPlan(shell), ClearPlan(shell));

    private static Command Show(CommandShell shell) => shell.OfTenant("show", "The tenant's policy.", [], run => run.ShowAsync(run.GetAsync(Route.Owned($"rate-limits"))));

    private static Command Usage(CommandShell shell)
    {
        var key = Options.Text("--key", "Also the bucket of this key.");
        var principal = Options.Text("--principal", "Also the bucket of this principal.");
        var address = Options.Text("--address", "Also the bucket of this address.");
        return shell.OfTenant("usage", "How full the buckets are now.", [key, principal, address], run => run.ListAsync(run.GetAsync(
            Route.Owned($"rate-limits/usage").With(("key", run.Get(key)), ("principal", run.Get(principal)), ("address", run.Get(address)))), "limit name permitsPerMinute burst available"));
    }

    private static Command Quota(CommandShell shell) => shell.OfTenant("quota", "What is used of the quotas of day and month.", [], run => run.ShowAsync(run.GetAsync(Route.Owned($"rate-limits/quota"))));

    private static Command Set(CommandShell shell)
    {
        var file = PolicyFile("The policy, as 'limit show -o yaml' has it under 'policy'.");
        return shell.OfTenant("set", "Replace the tenant's policy by that of a file.", [file], async run =>
            await run.ShowAsync((await YamlReader.FileAsync(run.Get(file)!, run.Terminal.OpenInput, run.Cancel)).Try(out var policy, out var refused)
                ? await run.ReplaceAsync(Route.Owned($"rate-limits"), policy)
                : refused));
    }

    private static Command Plan(CommandShell shell) => shell.OfTenant("plan", "The plan that is in force for the tenant.", [], run => run.ShowAsync(run.GetAsync(Route.Owned($"rate-limit-plan"))));

    private static Command SetPlan(CommandShell shell)
    {
        var plan = Options.Name("plan", "Its name.");
        return shell.OfTenant("set-plan", "Give the tenant a plan; for operators.", [plan], run => run.ShowAsync(run.ReplaceAsync(Route.Owned($"rate-limit-plan"), Body.Of(("plan", run.Get(plan))))));
    }

    private static Command ClearPlan(CommandShell shell) => shell.OfTenant("clear-plan", "Take the tenant's own plan from it; the default plan holds then. For operators.", [], run => run.ShowAsync(run.DeleteAsync(Route.Owned($"rate-limit-plan")), "Taken."));

    internal static Option<string> PolicyFile(string description) => Options.Needed("--file", $"YAML or JSON; - for standard input. {description}", "-f");
}
