using System.CommandLine;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Sessions;
using Platform.Cli.Shell;

namespace Platform.Cli.Logins;

/// <summary>What people do to their own login.</summary>
internal static class AccountCommands
{
    public static Command Create(CommandShell shell) => CommandShell.Group("account", "The login of whoever is signed in: password, authenticator, sessions, personal data.",
        shell.Command("show", "How you sign in.", [], run => run.ShowAsync(run.GetAsync(Route.Of($"sessions/current/login")))),
        ChangePassword(shell),
        AuthenticatorCommands.Enrol(shell), AuthenticatorCommands.Confirm(shell), AuthenticatorCommands.Disable(shell),
        shell.Command("sessions", "Your open sessions.", [shell.Limit], run => run.ListAsync(Route.Of($"sessions"), SessionCommands.Columns)),
        EndSession(shell),
        shell.Command("end-sessions", "End all your sessions, this one too.", [], run => run.ShowAsync(run.PostAsync(Route.Of($"sessions:endAll")))),
        shell.Command("export-data", "Gather what is held of you. Tells the operation; 'download-data' fetches the file when it is over, within 24 h.", [], run => run.ShowAsync(run.PostAsync(Route.Of($"sessions/current:exportData")))),
        DownloadData(shell));

    private static Command ChangePassword(CommandShell shell)
    {
        var old = Options.Text("--password-file", "File of mode 0600 with the password until now; else it is asked for, or read from standard input.");
        var next = Options.Text("--new-password-file", "File of mode 0600 with the new one; else it is asked for, or read from standard input.");
        return shell.Command("change-password", "Choose another password, of 12 to 256 characters. All your sessions end, and the profile has a new one.", [old, next], async run =>
        {
            if (!(await Renewal.OpenAsync(run)).Try(out var renewal, out var refused)
                || !(await GivenSecret.ReadAsync(run, "Password", run.Get(old))).Try(out var before, out refused)
                || !(await GivenSecret.NewAsync(run, "New password", run.Get(next))).Try(out var after, out refused))
            {
                return await run.Printer.RefuseAsync(refused);
            }

            // Once: a password is not sent again and again by itself.
            var reply = await run.PostAsync(Route.Of($"sessions/current:changePassword"), Body.Of(("oldPassword", before), ("newPassword", after)), isOnce: true);
            return await renewal.KeepAsync(run, reply) is { } failed ? await run.Printer.RefuseAsync(failed) : await run.ShowAsync(reply with { Body = reply.Body?["session"] });
        });
    }

    private static Command EndSession(CommandShell shell)
    {
        var id = Options.Name("id", "Of the session, as 'sessions' tells it.");
        return shell.Command("end-session", "End one of your sessions.", [id], run => run.ShowAsync(run.SendAsync(HttpMethod.Delete, Route.Of($"sessions/{run.Get(id)}")), "It is over."));
    }

    private static Command DownloadData(CommandShell shell)
    {
        var file = Options.Name("file", "New file for it (JSON); - for standard output.");
        return shell.Command("download-data", "Fetch what was gathered of you. Exit code 6 while it is being made.", [file], async run =>
            await Download.ToAsync(run, run.Get(file), HttpMethod.Get, Route.Of($"sessions/current/personal-data"), shownAsText: true) is { } refused ? await run.Printer.RefuseAsync(refused) : ExitCode.Done);
    }
}
