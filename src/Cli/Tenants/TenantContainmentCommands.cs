using System.CommandLine;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Tenants;

/// <summary>What stops a tenant short of suspending it, and what destroys it.</summary>
internal static class TenantContainmentCommands
{
    public static Command MakeReadOnly(CommandShell shell)
    {
        var slug = Slug();
        var reason = Options.Text("--reason", "For those whom it stops; at most 500 characters.");
        return shell.Command("make-read-only", "Let nothing of a tenant be changed, within 5 s everywhere; what only reads goes on.", [slug, reason], run =>
            run.ShowAsync(run.PostAsync(Route.Of($"tenants/{run.Get(slug)}:makeReadOnly"), Body.Of(("reason", run.Get(reason))))));
    }

    public static Command RevokeCredentials(CommandShell shell)
    {
        var slug = Slug();
        var confirm = Confirm();
        var reason = Options.Text("--reason", "For administrators, and for the trail.");
        var before = Options.Text("--before", "Only credentials from before this moment, such as 2026-11-29T06:30:00Z; all until now when absent.");
        return shell.Command("revoke-credentials", "End every credential of a tenant: keys, sessions, invitations, tokens, secrets of clients, certificates. Yours too, if it is one of them.", [slug, confirm, reason, before], async run =>
        {
            var tenant = run.Get(slug);
            return await Confirmation.IsGivenAsync(run, run.Get(confirm), tenant, "to end every credential of it")
                ? await run.ShowAsync(run.PostAsync(Route.Of($"tenants/{tenant}:revokeCredentials"), Body.Of(("reason", run.Get(reason)), ("before", run.Get(before)))))
                : await run.Printer.RefuseAsync(Refusal.Usage($"Nothing was revoked. Name the tenant once more: --confirm {tenant}"));
        });
    }

    public static Command Purge(CommandShell shell)
    {
        var slug = Slug();
        var confirm = Confirm();
        var release = Options.Switch("--release-slug", "Let the slug be given again; else it stays taken, so that old clients talk to no stranger.");
        return shell.Command("purge", "Destroy a deleted tenant for good, now. Tells the operation: 'operation wait' shows its steps.", [slug, confirm, release], async run =>
        {
            var tenant = run.Get(slug);
            return await Confirmation.IsGivenAsync(run, run.Get(confirm), tenant, "to destroy it for good")
                ? await StartedDeletion.ShowAsync(run, run.PostAsync(Route.Of($"tenants/{tenant}:purge"), Body.Of(("confirm", tenant), ("releaseSlug", Body.True(run.Get(release))))))
                : await run.Printer.RefuseAsync(Refusal.Usage($"Nothing was destroyed. Name the tenant once more: --confirm {tenant}"));
        });
    }

    private static Argument<string> Slug() => Options.Name("slug", "Of the tenant.");

    private static Option<string?> Confirm() => Options.Text("--confirm", "The slug once more; asked for where a person types.");
}
