using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Roles;

internal static class RoleCommands
{
    public static Command Create(CommandShell shell) => CommandShell.Group("role", "Roles of a tenant, or those of operators (--platform).", List(shell), BuiltIn(shell), Show(shell), Set(shell), Delete(shell), Test(shell));

    private static Command List(CommandShell shell) =>
        shell.OfOwner("list", "Built-in roles, and those of the tenant's own.", [shell.Limit], run => run.ListAsync(Route.Owned($"roles"), "name builtIn allow deny inherits"));

    private static Command BuiltIn(CommandShell shell) =>
        shell.Command("built-in", "The roles that every tenant has, and what they grant.", [shell.Limit], run => run.ListAsync(Route.Of($"roles"), "name grants"));

    private static Command Show(CommandShell shell)
    {
        var name = Name();
        return shell.OfOwner("show", "A role.", [name], run => run.ShowAsync(run.GetAsync(Route.Owned($"roles/{run.Get(name)}"))));
    }

    private static Command Set(CommandShell shell)
    {
        var name = Name();
        var description = Options.Text("--description", "For people.");
        var allow = Options.Many("--allow", "A permission, area:action[:object-pattern].");
        var deny = Options.Many("--deny", "A permission that it takes, whoever else gives it.");
        var inherits = Options.Many("--inherits", "A role whose permissions and denials it has too.");
        return shell.OfOwner("set", "Make a role, or replace all of it: what is not named is gone.", [name, description, allow, deny, inherits], async run =>
        {
            var body = Body.Of(("description", run.Get(description)), ("allow", Body.Array(run.Get(allow))), ("deny", Body.Array(run.Get(deny))), ("inherits", Body.Array(run.Get(inherits))));
            var replaced = await run.ReplaceAsync(Route.Owned($"roles/{run.Get(name)}"), body.DeepClone());
            if (replaced.Refusal is not { Exit: ExitCode.NotFound, Code: "not-found" })
            {
                return await run.ShowAsync(replaced);
            }

            body["name"] = run.Get(name);
            return await run.ShowAsync(run.PostAsync(Route.Owned($"roles"), body));
        });
    }

    private static Command Delete(CommandShell shell)
    {
        var name = Name();
        return shell.OfOwner("delete", "Delete a role that nobody has.", [name], run => run.ShowAsync(run.DeleteAsync(Route.Owned($"roles/{run.Get(name)}")), "Deleted."));
    }

    private static Command Test(CommandShell shell)
    {
        var principal = Options.Name("principal", "Who would ask, such as usr_anna.");
        var permission = Options.Name("permission", "What would be asked for: area:action[:object].");
        var address = Options.Text("--address", "Address that the request would come from.");
        var time = Options.Text("--time", "When, such as 2026-11-29T22:00:00Z; now when absent.");
        var trust = Options.Choice("--trust", "How good the credential would be", "low", "medium", "high");
        var also = Options.Many("--also", "A permission to judge as a whole beside it: all of it, some objects of it, or none.");
        return shell.OfOwner("test", "Tell whether a principal may do something, and which rule of which role decides. Exit code 4 when it may not.", [principal, permission, address, time, trust, also], async run =>
        {
            if (run.Get(permission).Split(':', 3) is not [var area, var action, .. var target])
            {
                return await run.Printer.RefuseAsync(Refusal.Usage("Write the permission as area:action or area:action:object, such as resources:read:public/report.md."));
            }

            var reply = await run.PostAsync(Route.Owned($"roles:testPermissions"), Body.Of(("principal", run.Get(principal)), ("area", area), ("action", action), ("target", target.FirstOrDefault()),
                ("address", run.Get(address)), ("time", run.Get(time)), ("trustLevel", run.Get(trust)), ("permissions", Body.Array(run.Get(also)))));
            var exit = await run.ShowAsync(reply);
            return exit == ExitCode.Done && reply.Body?["allowed"]?.GetValue<bool>() != true ? ExitCode.NotPermitted : exit;
        });
    }

    private static Argument<string> Name() => Options.Name("name", "Of the role.");
}
