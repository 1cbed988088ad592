using System.CommandLine;
using Platform.Cli.Outcomes;
using Platform.Cli.Printing;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Sessions;

/// <summary><c>platform bootstrap</c>: the first administrator's password, by the secret of the first start; it signs in too.</summary>
internal static class BootstrapCommand
{
    private const string Path = "/v1/bootstrap";

    public static Command Create(CommandShell shell)
    {
        var bootstrap = Options.Text("--secret-file", "File of mode 0600 with the secret of the first start (boot_…); else it is asked for, or read from standard input.");
        var password = Options.Text("--password-file", "File of mode 0600 with the new password; else it is asked for, or read from standard input.");
        return shell.Command("bootstrap", "Set the password of a new platform's first administrator, once, and sign in. Passwords have 12 to 256 characters.", [bootstrap, password], async run =>
        {
            if (!run.Access.ProfileName(run.Wanted.Profile).Try(out var name, out var refused) || !SignIn.Address(run).Try(out var connection, out refused))
            {
                return await run.Printer.RefuseAsync(refused);
            }

            using var client = new RestClient(connection, run.Terminal.Clock);
            var state = await client.SendAsync(new RestRequest(HttpMethod.Get, Path), run.Cancel);
            if (state.Refusal is not null)
            {
                return await run.ShowAsync(state);
            }

            if (Cell.Of(state.Body, "passwordSet") == "yes")
            {
                return await run.Printer.RefuseAsync(new Refusal(ExitCode.Conflict, "The first administrator has a password. Sign in: platform login --user admin"));
            }

            if (!(await GivenSecret.ReadAsync(run, "Secret of the first start", run.Get(bootstrap))).Try(out var secret, out refused)
                || !(await GivenSecret.NewAsync(run, "New password of admin", run.Get(password))).Try(out var chosen, out refused))
            {
                return await run.Printer.RefuseAsync(refused);
            }

            var opened = await SignIn.OpenAsync(run, client, Path, Body.Of(("secret", secret), ("password", chosen)), null);
            return (await SignIn.ProfileAsync(run, connection, null, opened)).Try(out var profile, out refused) ? await SignIn.KeepAsync(run, name, profile) : await run.Printer.RefuseAsync(refused);
        });
    }
}
