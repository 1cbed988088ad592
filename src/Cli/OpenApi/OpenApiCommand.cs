using System.CommandLine;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.OpenApi;

internal static class OpenApiCommand
{
    public static Command Create(CommandShell shell)
    {
        var file = Options.Name("file", "New file for it (JSON); - for standard output.");
        return shell.Command("openapi", "Fetch the server's description of the management API (OpenAPI 3.1).", [file], async run =>
            await Download.ToAsync(run, run.Get(file), HttpMethod.Get, Route.Of($"openapi.json")) is { } refused ? await run.Printer.RefuseAsync(refused) : ExitCode.Done);
    }
}
