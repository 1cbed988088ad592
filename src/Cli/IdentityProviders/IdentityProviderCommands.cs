using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using Platform.Cli.Printing;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.IdentityProviders;

internal static class IdentityProviderCommands
{
    public static Command Create(CommandShell shell)
    {
        var provider = new IdentityProviderOptions();
        return CommandShell.Group("identity-provider", "OpenID providers that a tenant trusts: their access tokens, and by them who signs in.", List(shell), Show(shell), Add(shell, provider), Update(shell, provider), Test(shell), Delete(shell));
    }

    private static Command List(CommandShell shell) => shell.OfTenant("list", "Providers, the oldest first.", [shell.Limit], run => run.ListAsync(
        Route.Owned($"identity-providers"), "id issuer audience algorithms tokenType signIn.clientId signIn.confidential createdAt"));

    private static Command Show(CommandShell shell)
    {
        var id = Id();
        return shell.OfTenant("show", "A provider, with its rules and the redirect URI to register there; never its secret.", [id], run => run.ShowAsync(run.GetAsync(Of(run.Get(id)))));
    }

    private static Command Add(CommandShell shell, IdentityProviderOptions provider) =>
        shell.OfTenant("create", "Trust a provider: --issuer, --audience and --rule at least. It is asked for its discovery document first.", provider.ForAll, async run =>
            (await provider.ReadAsync(run)).Try(out var on, out var refused) ? await run.ShowAsync(run.PostAsync(Route.Owned($"identity-providers"), on([]))) : await run.Printer.RefuseAsync(refused));

    private static Command Update(CommandShell shell, IdentityProviderOptions provider)
    {
        var id = Id();
        return shell.OfTenant("update", "Change what is named of a provider; the rest stays, its secret too. Other rules end the sessions of its people.", [id, .. provider.ForChange], async run =>
            (await provider.ReadAsync(run)).Try(out var on, out var refused) ? await run.ShowAsync(run.EditAsync(Of(run.Get(id)), on)) : await run.Printer.RefuseAsync(refused));
    }

    private static Command Test(CommandShell shell)
    {
        var id = Id();
        return shell.OfTenant("test", "Read what a provider publishes now, step by step. Exit code 1 when a step fails.", [id], async run =>
        {
            var reply = await run.PostAsync(Route.Owned($"identity-providers/{run.Get(id)}:test"));
            if (reply.Refusal is not null)
            {
                return await run.ShowAsync(reply);
            }

            if (run.Format == OutputFormat.Table)
            {
                await run.Printer.ListAsync(reply.Body?["steps"] as JsonArray ?? [], "name passed fault");
            }
            else
            {
                await run.ShowAsync(reply);
            }

            return Cell.Of(reply.Body, "passed") == "yes" ? ExitCode.Done : ExitCode.Refused;
        });
    }

    private static Command Delete(CommandShell shell)
    {
        var id = Id();
        return shell.OfTenant("delete", "Trust a provider no more: its tokens open nothing, and the sessions of its people end.", [id], run => run.ShowAsync(run.DeleteAsync(Of(run.Get(id))), "Deleted."));
    }

    private static Route Of(string id) => Route.Owned($"identity-providers/{id}");

    private static Argument<string> Id() => Options.Name("id", "Of the provider.");
}
