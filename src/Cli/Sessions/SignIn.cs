using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using Platform.Cli.Profiles;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Sessions;

/// <summary>How somebody comes in who has no credential yet, and what is kept of it.</summary>
internal static class SignIn
{
    private const string SecondFactor = "second-factor-required";

    /// <summary>Where to, as the command line says: there is no profile yet.</summary>
    public static Outcome<Connection> Address(Run run)
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

    /// <summary>Asks for a session, and once more with the authenticator's code when the server wants one.</summary>
    /// <param name="run">The command.</param>
    /// <param name="client">Without a credential.</param>
    /// <param name="path">What opens a session.</param>
    /// <param name="proof">What is proved by; secrets in it were read already.</param>
    /// <param name="codeFile">File with the code; null to ask when it is wanted.</param>
    public static async Task<Reply> OpenAsync(Run run, RestClient client, string path, JsonObject proof, string? codeFile)
    {
        string? code = null;
        if (codeFile is not null && !(await GivenSecret.ReadAsync(run, "", codeFile)).Try(out code, out var refused))
        {
            return refused;
        }

        var reply = await AskAsync();
        if (reply.Refusal?.Code != SecondFactor || codeFile is not null)
        {
            return reply;
        }

        return (await GivenSecret.ReadAsync(run, "Code of the authenticator", null)).Try(out code, out refused) ? await AskAsync() : refused;

        // Once: a password is not sent again and again by itself.
        Task<Reply> AskAsync()
        {
            var body = (JsonObject)proof.DeepClone();
            if (code is not null)
            {
                body["code"] = code;
            }

            return client.SendAsync(new RestRequest(HttpMethod.Post, path) { IsOnce = true, Body = body }, run.Cancel);
        }
    }

    /// <summary>What is kept of a session that was opened.</summary>
    public static async Task<Outcome<Profile>> ProfileAsync(Run run, Connection connection, string? tenant, Reply opened)
    {
        if (opened.Refusal is { } refused)
        {
            return refused;
        }

        var session = opened.Body?["session"];
        if (SecretSink.Take(opened, "token") is not { } token)
        {
            return new Refusal(ExitCode.Refused, "The server's answer has no session in it.");
        }

        if (session?["secondFactorNeeded"]?.GetValue<bool>() == true)
        {
            await run.Printer.NoteAsync("This user must set up an authenticator first: platform account enrol. Until then the session opens nothing else.");
        }

        return new Profile { Url = connection.Url.ToString(), Credential = token, Tenant = tenant, ExpiresAt = session?["expiresAt"]?.GetValue<DateTimeOffset>() };
    }

    /// <summary>Keeps it under this name; the exit code.</summary>
    public static async Task<int> KeepAsync(Run run, string name, Profile profile)
    {
        var kept = profile with { CaFile = run.Wanted.CaFile is { } file ? Path.GetFullPath(file) : null };
        if (await run.Access.Store.WriteAsync(name, kept, run.Cancel) is { } unkept)
        {
            return await run.Printer.RefuseAsync(unkept);
        }

        await run.Printer.NoteAsync($"Signed in at {kept.Url} as profile '{name}'{(kept.Tenant is { } tenant ? $", tenant '{tenant}'" : "")}.");
        return ExitCode.Done;
    }
}
