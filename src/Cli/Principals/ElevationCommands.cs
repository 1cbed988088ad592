using System.CommandLine;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Principals;

/// <summary>Roles for a while.</summary>
internal static class ElevationCommands
{
    public static Command Give(CommandShell shell)
    {
        var id = PrincipalCommands.Id();
        var role = Options.Name("role", "That it has for the while.");
        var minutes = Options.Count("minutes", "How long, 1 to 1440.");
        var why = Options.Needed("--justification", "Why, in 10 to 500 characters; for the trail.");
        return shell.OfOwner("elevate", "Give a principal a role for some minutes.", [id, role, minutes, why], run => run.ShowAsync(run.PostAsync(
            Route.Owned($"principals/{run.Get(id)}:elevate"), Body.Of(("role", run.Get(role)), ("minutes", run.Get(minutes)), ("justification", run.Get(why))))));
    }

    public static Command End(CommandShell shell)
    {
        var id = PrincipalCommands.Id();
        return shell.OfOwner("end-elevations", "End all roles that a principal has for a while.", [id], run => run.ShowAsync(run.PostAsync(Route.Owned($"principals/{run.Get(id)}:endElevations"))));
    }
}
