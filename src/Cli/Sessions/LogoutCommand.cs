using System.CommandLine;
using Platform.Cli.Outcomes;
using Platform.Cli.Shell;

namespace Platform.Cli.Sessions;

/// <summary><c>platform logout</c>: ends the session at the server, and forgets the profile even where the server is not there to hear of it. A key goes on being good: it is revoked, not signed out.</summary>
internal static class LogoutCommand
{
    public static Command Create(CommandShell shell) => shell.Command("logout", "End the session, and forget the profile. A key stays good until it is revoked.", [], async run =>
    {
        if (!run.Access.ProfileName(run.Wanted.Profile).Try(out var name, out var refused))
        {
            return await run.Printer.RefuseAsync(refused);
        }

        var store = run.Access.Store;
        if (!store.Has(name))
        {
            store.Delete(name);
            await run.Printer.NoteAsync($"There is no profile '{name}'.");
            return ExitCode.Done;
        }

        var isSession = (await store.ReadAsync(name, run.Cancel)).Try(out var profile, out _) && profile.IsSession;
        var ended = isSession ? await run.SendAsync(HttpMethod.Delete, Rest.Route.Of($"sessions/current")) : null;
        store.Delete(name);
        if (ended?.Refusal is { Exit: not ExitCode.NotAuthenticated } unended)
        {
            await run.Printer.NoteAsync("The profile is forgotten, but the session was not ended at the server; it ends by itself.");
            return await run.Printer.RefuseAsync(unended);
        }

        await run.Printer.NoteAsync($"The profile '{name}' is forgotten.{(isSession ? "" : " Its key is good until it is revoked.")}");
        return ExitCode.Done;
    });
}
