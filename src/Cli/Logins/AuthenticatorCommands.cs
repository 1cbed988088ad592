using System.CommandLine;
using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Sessions;
using Platform.Cli.Shell;

namespace Platform.Cli.Logins;

/// <summary>One's own second factor. Its seed and the recovery codes go where secrets go that are told once.</summary>
internal static class AuthenticatorCommands
{
    public static Command Enrol(CommandShell shell)
    {
        var password = Password();
        return shell.Command("enrol", "Begin to set up an authenticator: its otpauth:// address, with the seed, goes to a new file of mode 0600, or is shown once to a terminal. 'confirm' within ten minutes turns it on.",
            [password, shell.OutputFile], async run =>
            {
                if (!SecretSink.Open(run.Terminal, run.Get(shell.OutputFile)).Try(out var sink, out var refused))
                {
                    return await run.Printer.RefuseAsync(refused);
                }

                await using (sink)
                {
                    if (!(await GivenSecret.ReadAsync(run, "Password", run.Get(password))).Try(out var proof, out refused))
                    {
                        return await run.Printer.RefuseAsync(refused);
                    }

                    var reply = await run.PostAsync(Route.Of($"sessions/current/totp:enrol"), Body.Of(("password", proof)), isOnce: true);
                    var (_, address) = (SecretSink.Take(reply), SecretSink.Take(reply, "uri"));
                    return await KeepAsync(run, sink, reply, address is null ? null : [address], "It was begun, but the seed was lost on the way. Begin again.");
                }
            });
    }

    public static Command Confirm(CommandShell shell)
    {
        var code = Code();
        return shell.Command("confirm", "Turn the authenticator on by its first code. Ten recovery codes go to a new file of mode 0600, or are shown once to a terminal. All your sessions end, and the profile has a new one.",
            [code, shell.OutputFile], async run =>
            {
                if (!SecretSink.Open(run.Terminal, run.Get(shell.OutputFile)).Try(out var sink, out var refused))
                {
                    return await run.Printer.RefuseAsync(refused);
                }

                await using (sink)
                {
                    if (!(await Renewal.OpenAsync(run)).Try(out var renewal, out refused) || !(await GivenSecret.ReadAsync(run, "Code of the authenticator", run.Get(code))).Try(out var given, out refused))
                    {
                        return await run.Printer.RefuseAsync(refused);
                    }

                    var reply = await run.PostAsync(Route.Of($"sessions/current/totp:confirm"), Body.Of(("code", given)), isOnce: true);
                    var codes = Codes(reply);
                    var unkept = await renewal.KeepAsync(run, reply);

                    // The codes first: without them and the authenticator nobody comes in any more.
                    var exit = reply.Refusal is null ? await KeepAsync(run, sink, reply with { Body = reply.Body?["session"] }, codes, "It is on, but the recovery codes were lost on the way. Turn it off, and begin again.") : ExitCode.Done;
                    return unkept is null ? exit : await run.Printer.RefuseAsync(unkept);
                }
            });
    }

    public static Command Disable(CommandShell shell)
    {
        var (password, code) = (Password(), Code());
        return shell.Command("disable", "Turn the authenticator off. All your sessions end, and the profile has a new one.", [password, code], async run =>
        {
            if (!(await Renewal.OpenAsync(run)).Try(out var renewal, out var refused)
                || !(await GivenSecret.ReadAsync(run, "Password", run.Get(password))).Try(out var proof, out refused)
                || !(await GivenSecret.ReadAsync(run, "Code of the authenticator", run.Get(code))).Try(out var given, out refused))
            {
                return await run.Printer.RefuseAsync(refused);
            }

            var reply = await run.PostAsync(Route.Of($"sessions/current/totp:disable"), Body.Of(("password", proof), ("code", given)), isOnce: true);
            return await renewal.KeepAsync(run, reply) is { } failed ? await run.Printer.RefuseAsync(failed) : await run.ShowAsync(reply with { Body = reply.Body?["session"] });
        });
    }

    private static async Task<int> KeepAsync(Run run, SecretSink sink, Reply reply, string[]? secrets, string lost)
    {
        var exit = await run.ShowAsync(reply);
        if (exit != ExitCode.Done)
        {
            return exit;
        }

        if (secrets is null)
        {
            return await run.Printer.RefuseAsync(new Refusal(ExitCode.Refused, lost));
        }

        await sink.KeepAsync(secrets, run.Cancel);
        return ExitCode.Done;
    }

    /// <summary>Out of the answer that is printed.</summary>
    private static string[]? Codes(Reply reply)
    {
        if (reply.Body is not JsonObject body || body["recoveryCodes"] is not JsonArray codes)
        {
            return null;
        }

        body.Remove("recoveryCodes");
        return [.. codes.Select(code => code is JsonValue value && value.TryGetValue(out string? text) ? text : "")];
    }

    private static Option<string?> Password() => Options.Text("--password-file", "File of mode 0600 with your password; else it is asked for, or read from standard input.");

    private static Option<string?> Code() => Options.Text("--code-file", "File of mode 0600 with a code of the authenticator; else it is asked for, or read from standard input.");
}
