using System.CommandLine;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.SigningKeys;

internal static class SigningKeyCommands
{
    public static Command Create(CommandShell shell) => CommandShell.Group("signing-key", "Keys that a tenant's tokens are signed with: their public parts.", List(shell), Rotate(shell), Emergency(shell));

    private static Command List(CommandShell shell) =>
        shell.OfTenant("list", "Keys: pending before their time, active, passive while tokens of theirs live, disabled.", [shell.Limit], run => run.ListAsync(Route.Owned($"signing-keys"), "kid algorithm status createdAt notBefore retiresAt"));

    private static Command Rotate(CommandShell shell)
    {
        var algorithm = Options.Choice("--algorithm", "Of the next key; that of the last when absent", "RS256", "PS256", "ES256");
        return shell.OfTenant("rotate", "Make the next key; the old one verifies until its tokens are over.", [algorithm], run =>
            run.ShowAsync(run.PostAsync(Route.Owned($"signing-keys:rotate"), Body.Of(("algorithm", run.Get(algorithm))))));
    }

    private static Command Emergency(CommandShell shell)
    {
        var confirm = Options.Text("--confirm", "The tenant's slug; asked for where a person types.");
        return shell.OfTenant("emergency-rotate", "Replace every key at once: all tokens that they signed open nothing any more, within 5 s everywhere.", [confirm], async run =>
        {
            if (!(await run.OwnerAsync()).Try(out var tenant, out var refused))
            {
                return await run.Printer.RefuseAsync(refused);
            }

            return await Confirmation.IsGivenAsync(run, run.Get(confirm), tenant!, "to end every token of it")
                ? await run.ListAsync(await run.PostAsync(Route.Owned($"signing-keys:emergencyRotate")), "kid algorithm status createdAt notBefore retiresAt")
                : await run.Printer.RefuseAsync(Refusal.Usage($"Nothing was replaced. Name the tenant once more: --confirm {tenant}"));
        });
    }
}
