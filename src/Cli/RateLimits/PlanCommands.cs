using System.CommandLine;
using Platform.Cli.Documents;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.RateLimits;

internal static class PlanCommands
{
    public static Command Create(CommandShell shell) => CommandShell.Group("plan", "Rate-limit plans of the platform, for operators.", List(shell), Show(shell), Set(shell), Delete(shell));

    private static Command List(CommandShell shell) => shell.Command("list", "All plans.", [shell.Limit], run => run.ListAsync(Route.Of($"rate-limit-plans"), "name version plan.isDefault plan.description changedAt changedBy"));

    private static Command Show(CommandShell shell)
    {
        var name = Name();
        return shell.Command("show", "A plan.", [name], run => run.ShowAsync(run.GetAsync(Route.Of($"rate-limit-plans/{run.Get(name)}"))));
    }

    private static Command Set(CommandShell shell)
    {
        var name = Name();
        var file = LimitCommands.PolicyFile("The plan, as 'plan show -o yaml' has it under 'plan'.");
        return shell.Command("set", "Make a plan, or replace it by that of a file.", [name, file], async run =>
        {
            if (!(await YamlReader.FileAsync(run.Get(file)!, run.Terminal.OpenInput, run.Cancel)).Try(out var plan, out var refused))
            {
                return await run.Printer.RefuseAsync(refused);
            }

            return await run.ShowAsync(run.WriteAsync(Route.Of($"rate-limit-plans/{run.Get(name)}"), plan));
        });
    }

    private static Command Delete(CommandShell shell)
    {
        var name = Name();
        return shell.Command("delete", "Delete a plan that no tenant has.", [name], run => run.ShowAsync(run.DeleteAsync(Route.Of($"rate-limit-plans/{run.Get(name)}")), "Deleted."));
    }

    private static Argument<string> Name() => Options.Name("name", "Of the plan.");
}
