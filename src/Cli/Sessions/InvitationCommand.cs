using System.CommandLine;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;
using Platform.Cli.Terminals;

namespace Platform.Cli.Sessions;

/// <summary><c>platform accept-invitation</c>: the first password of a user, or a new one, by the secret of an invitation; it signs in too.</summary>
internal static class InvitationCommand
{
    public static Command Create(CommandShell shell)
    {
        var user = Options.Needed("--user", "Who was invited, such as anna.", "-u");
        var invitation = Options.Text("--invitation-file", "File of mode 0600 with the invitation (mcpi_…); else it is asked for, or read from standard input.");
        var password = Options.Text("--password-file", "File of mode 0600 with the new password; else it is asked for, or read from standard input.");
        var code = Options.Text("--code-file", "File of mode 0600 with a code of the authenticator; else it is asked for when the server wants one.");
        return shell.OfTenant("accept-invitation", "Set a password by an invitation, which works once, and sign in. Passwords have 12 to 256 characters.", [user, invitation, password, code], async run =>
        {
            if (!run.Access.ProfileName(run.Wanted.Profile).Try(out var name, out var refused) || !SignIn.Address(run).Try(out var connection, out refused)
                || !(await GivenSecret.ReadAsync(run, "Invitation", run.Get(invitation))).Try(out var secret, out refused)
                || !(await GivenSecret.NewAsync(run, $"New password of {PlainText.Clean(run.Get(user)!)}", run.Get(password))).Try(out var chosen, out refused))
            {
                return await run.Printer.RefuseAsync(refused);
            }

            var tenant = run.Get(shell.Tenant);
            using var client = new RestClient(connection, run.Terminal.Clock);
            var opened = await SignIn.OpenAsync(run, client, "/v1/sessions:acceptInvitation", Body.Of(("tenant", tenant), ("user", run.Get(user)), ("secret", secret), ("password", chosen)), run.Get(code));
            return (await SignIn.ProfileAsync(run, connection, tenant, opened)).Try(out var profile, out refused) ? await SignIn.KeepAsync(run, name, profile) : await run.Printer.RefuseAsync(refused);
        });
    }
}
