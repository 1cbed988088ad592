using System.CommandLine;
using Platform.Cli.Outcomes;
using Platform.Cli.Profiles;
using Platform.Cli.Rest;
using Platform.Cli.Shell;
using Platform.Cli.Terminals;

namespace Platform.Cli.Sessions;

/// <summary><c>platform login</c>: takes a management key, or a user's password, proves it to the server and keeps what lets commands in. No secret is an argument.</summary>
internal static class LoginCommand
{
    public static Command Create(CommandShell shell)
    {
        var user = Options.Text("--user", "Sign in with the password of this user, in place of a key.", "-u");
        var password = Options.Text("--password-file", "File of mode 0600 with the password; else it is asked for, or read from standard input.");
        var code = Options.Text("--code-file", "File of mode 0600 with a code of the authenticator; else it is asked for when the server wants one.");
        return shell.OfTenant("login", "Sign in and keep the credential in a profile. The key or password is asked for, read from standard input, or from a file; never an argument.", [user, password, code], async run =>
        {
            if (!run.Access.ProfileName(run.Wanted.Profile).Try(out var name, out var refused) || !SignIn.Address(run).Try(out var connection, out refused))
            {
                return await run.Printer.RefuseAsync(refused);
            }

            var got = run.Get(user) is { } who
                ? await PasswordAsync(run, connection, who, run.Get(shell.Tenant), run.Get(password), run.Get(code))
                : await KeyAsync(run, connection, run.Get(shell.Tenant));
            return got.Try(out var profile, out refused) ? await SignIn.KeepAsync(run, name, profile) : await run.Printer.RefuseAsync(refused);
        });
    }

    private static async Task<Outcome<Profile>> KeyAsync(Run run, Connection connection, string? tenant)
    {
        if (!(await run.Access.KeyAsync(run.Wanted.KeyFile ?? "-", run.Cancel)).Try(out var key, out var refused))
        {
            return refused;
        }

        run.Printer.Hide(key);
        using var client = new RestClient(connection with { Credential = key }, run.Terminal.Clock);

        // A key has no session: that it is told so proves that it is known, whatever it may do.
        var path = tenant is null ? "/v1/sessions/current" : Route.Of($"tenants/{tenant}").Resolve(null);
        var known = (await client.SendAsync(new RestRequest(HttpMethod.Get, path), run.Cancel)).Refusal;
        var isKnown = known is null || known.Exit == ExitCode.NotPermitted || (tenant is null && known is { Exit: ExitCode.NotFound, Code: not null });
        return isKnown ? new Profile { Url = connection.Url.ToString(), Credential = key, Tenant = tenant } : known!;
    }

    private static async Task<Outcome<Profile>> PasswordAsync(Run run, Connection connection, string user, string? tenant, string? passwordFile, string? codeFile)
    {
        if (!(await GivenSecret.ReadAsync(run, $"Password of {PlainText.Clean(user)}", passwordFile)).Try(out var password, out var refused))
        {
            return refused;
        }

        using var client = new RestClient(connection, run.Terminal.Clock);
        return await SignIn.ProfileAsync(run, connection, tenant, await SignIn.OpenAsync(run, client, "/v1/sessions", Body.Of(("tenant", tenant), ("user", user), ("password", password)), codeFile));
    }
}
