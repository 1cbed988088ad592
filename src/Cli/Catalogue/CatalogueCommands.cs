using System.CommandLine;
using Platform.Cli.Documents;
using Platform.Cli.Outcomes;
using Platform.Cli.Rest;
using Platform.Cli.Shell;

namespace Platform.Cli.Catalogue;

/// <summary>What a tenant's MCP endpoint serves, and a way to try it.</summary>
internal static class CatalogueCommands
{
    private static readonly string[] Methods =
        ["tools/call", "tools/list", "prompts/get", "prompts/list", "resources/read", "resources/list", "resources/templates/list", "completion/complete", "server/discover"];

    public static Command Create(CommandShell shell) => CommandShell.Group("catalogue", "What a tenant's MCP endpoint serves: those that you may see, without those in quarantine.",
        shell.OfTenant("tools", "Tools, by name; their schemas with -o json.", [shell.Limit], run => run.ListAsync(Route.Owned($"tools"), "name title description readOnly destructive")),
        shell.OfTenant("prompts", "Prompts, by name; their arguments with -o json.", [shell.Limit], run => run.ListAsync(Route.Owned($"prompts"), "name title description")),
        shell.OfTenant("templates", "Families of resources.", [shell.Limit], run => run.ListAsync(Route.Owned($"resource-templates"), "uriTemplate name title mimeType description")),
        Send(shell));

    private static Command Send(CommandShell shell)
    {
        var method = Options.Name("method", $"One of {string.Join(", ", Methods)}.");
        method.AcceptOnlyFromAmong(Methods);
        var file = Options.Text("--file", "Parameters of the request, YAML or JSON, such as {name: echo, arguments: {message: hello}}; - for standard input. No _meta: the platform writes it.", "-f");
        var within = Options.Text("--as", "Within the rights of this principal too, usr_… or svc_…: what either may not do is refused.");
        return shell.OfTenant("send", "Make one MCP request as you, through all checks of the endpoint, and show both messages. What a tool writes stays written. Exit code 1 when it was refused.", [method, file, within], async run =>
        {
            System.Text.Json.Nodes.JsonNode? parameters = null;
            if (run.Get(file) is { } given && !(await YamlReader.FileAsync(given, run.Terminal.OpenInput, run.Cancel)).Try(out parameters, out var refused))
            {
                return await run.Printer.RefuseAsync(refused);
            }

            var reply = await run.PostAsync(Route.Owned($"mcp:send"), Body.Of(("method", run.Get(method)), ("params", parameters), ("as", run.Get(within))));
            var exit = await run.ShowAsync(reply);
            return exit == ExitCode.Done && reply.Body?["code"] is not null ? ExitCode.Refused : exit;
        });
    }
}
