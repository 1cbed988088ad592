using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Tenants;

internal static class TenantCommands
{
    public static Command Create(CommandShell shell) => CommandShell.Group("tenant", "Tenants of the platform, for operators; a tenant's own credential shows that tenant.",
        List(shell), Add(shell), Show(shell), TenantSettingsCommand.Create(shell), Suspend(shell),
        Act(shell, "resume", "Serve a suspended tenant again, or ask a second operator to approve it.", "resume"),
        Act(shell, "approve-resume", "Approve what another operator asked for.", "approveResume"),
        Delete(shell),
        Act(shell, "restore", "Bring back a deleted tenant, its credentials included.", "restore"),
        TenantContainmentCommands.Purge(shell), TenantContainmentCommands.MakeReadOnly(shell),
        Act(shell, "make-writable", "End the read-only mode of a tenant.", "makeWritable"),
        TenantContainmentCommands.RevokeCredentials(shell),
        TenantHostCommands.List(shell), TenantHostCommands.Add(shell), TenantHostCommands.Remove(shell));

    private static Command List(CommandShell shell)
    {
        var name = Options.Text("--name", "Only tenants with this in their slug or name.");
        var status = Options.Choice("--status", "Only tenants that are", "active", "suspended", "deleted");
        return shell.Command("list", "Tenants, by slug.", [name, status, shell.Limit], run => run.ListAsync(Route.Of($"tenants").With(("name", run.Get(name)), ("status", run.Get(status))), "slug displayName status id"));
    }

    private static Command Add(CommandShell shell)
    {
        var slug = Slug();
        var name = Options.Text("--name", "Name for people; the slug when absent.");
        var mode = Options.Choice("--audit-mode", "Whether served calls wait for their audit event", "durable", "batched");
        var rate = Options.Number("--permits-per-minute", "Limit of each key that names none.");
        var burst = Options.Number("--burst", "With --permits-per-minute.");
        var origins = Options.Many("--origin", "Browser origin that may call the endpoint.");
        var limits = new InputLimitOptions();
        return shell.Command("create", "Make a tenant.", [slug, name, mode, rate, burst, origins, .. limits.All], run =>
        {
            var limit = run.Get(rate) is { } permits ? Body.Of(("permitsPerMinute", permits), ("burst", run.Get(burst) ?? permits)) : null;
            return run.ShowAsync(run.PostAsync(Route.Of($"tenants"), Body.Of(
                ("slug", run.Get(slug)), ("displayName", run.Get(name)), ("auditMode", run.Get(mode)), ("rateLimit", limit), ("allowedOrigins", Body.Array(run.Get(origins))), ("inputLimits", limits.Of(run)))));
        });
    }

    private static Command Show(CommandShell shell)
    {
        var slug = Slug();
        return shell.Command("show", "A tenant as it is now.", [slug], run => run.ShowAsync(run.GetAsync(Route.Of($"tenants/{run.Get(slug)}"))));
    }

    private static Command Suspend(CommandShell shell)
    {
        var slug = Slug();
        var reason = Options.Text("--reason", "For operators, and for the trail.");
        var confirm = Options.Text("--confirm", "The slug once more; asked for where a person types.");
        return shell.Command("suspend", "Serve nobody of a tenant, within 5 s everywhere.", [slug, confirm, reason], async run =>
        {
            var tenant = run.Get(slug);
            return await Confirmation.IsGivenAsync(run, run.Get(confirm), tenant, "to suspend it")
                ? await run.ShowAsync(run.PostAsync(Route.Of($"tenants/{tenant}:suspend"), Body.Of(("reason", run.Get(reason)))))
                : await run.Printer.RefuseAsync(Refusal.Usage($"Nothing was suspended. Name the tenant once more: --confirm {tenant}"));
        });
    }

    private static Command Act(CommandShell shell, string name, string description, string verb)
    {
        var slug = Slug();
        var act = new Route.Raw(verb);
        return shell.Command(name, description, [slug], run => run.ShowAsync(run.PostAsync(Route.Of($"tenants/{run.Get(slug)}:{act}"))));
    }

    private static Command Delete(CommandShell shell)
    {
        var slug = Slug();
        var confirm = Options.Text("--confirm", "The slug once more; asked for where a person types.");
        return shell.Command("delete", "Delete a tenant: nobody is served from now on, and it is purged when its grace is over. 'restore' brings it back until then.", [slug, confirm], async run =>
        {
            var tenant = run.Get(slug);
            if (!await Confirmation.IsGivenAsync(run, run.Get(confirm), tenant, "to delete it"))
            {
                return await run.Printer.RefuseAsync(Refusal.Usage($"Nothing was deleted. Name the tenant once more: --confirm {tenant}"));
            }

            return await StartedDeletion.ShowAsync(run, run.DeleteAsync(Route.Of($"tenants/{tenant}")));
        });
    }

    private static Argument<string> Slug() => Options.Name("slug", "Of the tenant.");
}
