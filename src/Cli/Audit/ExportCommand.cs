using System.CommandLine;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Audit;

/// <summary><c>platform audit export</c>: the signed bundle of a trail, which <c>audit verify</c> judges without a server.</summary>
internal static class ExportCommand
{
    public static Command Create(CommandShell shell)
    {
        var file = Options.Name("file", "New file for the bundle, ending in .zip; - for standard output.");
        return shell.OfTenant("export", "Export the whole trail as a signed bundle. Judge it with: platform audit verify FILE", [file], async run =>
            await Download.ToAsync(run, run.Get(file), HttpMethod.Get, Route.Owned($"audit:export")) is { } refused ? await run.Printer.RefuseAsync(refused) : ExitCode.Done);
    }
}
