using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using Platform.Cli.Profiles;
using Platform.Cli.Rest;
using Platform.Cli.Shell;
using Platform.Cli.Terminals;

namespace Platform.Cli.Sessions;

/// <summary><c>platform login</c>: takes a management key, or a user's password, proves it to the server and keeps what lets commands in. No secret is an argument.</summary>
internal static class LoginCommand
{
    private const string SecondFactor = "second-factor-required";

    public static Command Create(CommandShell shell)
    {
        var user = Options.Text("--user", "Sign in with the password of this user, in place of a key.", "-u");
        var password = Options.Text("--password-file", "File of mode 0600 with the password; else it is asked for, or read from standard input.");
        var code = Options.Text("--code-file", "File of mode 0600 with a code of the authenticator; else it is asked for when the server wants one.");
        return shell.OfTenant("login", "Sign in and keep the credential in a profile. The key or password is asked for, read from standard input, or from a file; never an argument.", [user, password, code], async run =>
        {
            var wanted = run.Wanted;
            if (!run.Access.ProfileName(wanted.Profile).Try(out var name, out var refused) || !Address(run).Try(out var connection, out refused))
            {
                return await run.Printer.RefuseAsync(refused);
            }

            var got = run.Get(user) is { } who
                ? await PasswordAsync(run, connection, who, run.Get(shell.Tenant), run.Get(password), run.Get(code))
                : await KeyAsync(run, connection, run.Get(shell.Tenant));
            if (!got.Try(out var profile, out refused))
            {
                return await run.Printer.RefuseAsync(refused);
            }

            var kept = profile with { CaFile = wanted.CaFile is { } file ? Path.GetFullPath(file) : null };
            if (await run.Access.Store.WriteAsync(name, kept, run.Cancel) is { } unkept)
            {
                return await run.Printer.RefuseAsync(unkept);
            }

            await run.Printer.NoteAsync($"Signed in at {kept.Url} as profile '{name}'{(kept.Tenant is { } tenant ? $", tenant '{tenant}'" : "")}.");
            return ExitCode.Done;
        });
    }

    private static Outcome<Connection> Address(Run run)
    {
        if ((run.Wanted.Url ?? run.Terminal.Variable(Access.UrlVariable)) is not { } text)
        {
            return Refusal.Usage("Name the management API with --url, such as https://admin.example.com.");
        }

        if (!ManagementUrl.Read(text).Try(out var url, out var refused))
        {
            return refused;
        }

        if (run.Wanted.CaFile is not { } file)
        {
            return new Connection(url, null, null);
        }

        return ManagementUrl.Authorities(file).Try(out var authorities, out refused) ? new Connection(url, null, authorities) : refused;
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
        if (!(await SecretAsync(run, $"Password of {PlainText.Clean(user)}", passwordFile)).Try(out var password, out var refused))
        {
            return refused;
        }

        run.Printer.Hide(password);
        using var client = new RestClient(connection, run.Terminal.Clock);
        var reply = await SignInAsync(codeFile is null ? null : (await SecretAsync(run, "", codeFile)).Try(out var given, out refused) ? given : null);
        if (reply.Refusal?.Code == SecondFactor && codeFile is null)
        {
            if (!(await SecretAsync(run, "Code of the authenticator", null)).Try(out var code, out refused))
            {
                return refused;
            }

            reply = await SignInAsync(code);
        }

        if (reply.Refusal is { } no)
        {
            return no;
        }

        var session = reply.Body?["session"];
        if (SecretSink.Take(reply, "token") is not { } token)
        {
            return new Refusal(ExitCode.Refused, "The server's answer has no session in it.");
        }

        if (session?["secondFactorNeeded"]?.GetValue<bool>() == true)
        {
            await run.Printer.NoteAsync("This user must set up an authenticator first: sign in to the console. Until then the session opens nothing else.");
        }

        return new Profile { Url = connection.Url.ToString(), Credential = token, Tenant = tenant, ExpiresAt = session?["expiresAt"]?.GetValue<DateTimeOffset>() };

        // Once: a password is not sent again and again by itself.
        Task<Reply> SignInAsync(string? code) => client.SendAsync(
            new RestRequest(HttpMethod.Post, "/v1/sessions") { IsOnce = true, Body = Body.Of(("tenant", tenant), ("user", user), ("password", password), ("code", code)) }, run.Cancel);
    }

    private static async Task<Outcome<string>> SecretAsync(Run run, string question, string? file)
    {
        if (file is not null)
        {
            return (await ProtectedFile.ReadAsync(file, mayBeLink: true, run.Cancel)).Try(out var text, out var refused) ? text.TrimEnd('\r', '\n') : refused;
        }

        return await run.Terminal.AskSecretAsync(question, run.Cancel) is { Length: > 0 } given ? given : Refusal.Usage($"{question}: nothing was given.");
    }
}
