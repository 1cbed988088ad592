using System.CommandLine;
using Platform.Abstractions.Problems;

namespace Platform.Cli.Stdio;

/// <summary>
/// <c>platform stdio</c>: a stdio MCP server towards its host, a Streamable HTTP client towards the product. Exit code 0 when the client closed its end or a
/// signal came, 1 when the endpoint never could be reached or never took the key, 2 when the configuration is wrong.
/// </summary>
internal static class StdioCommand
{
    private const int Usage = 2;

    public static Command Create()
    {
        var url = new Option<string>("--url")
        {
            Description = "The endpoint, such as https://mcp.example.com/t/demo/mcp. Plain http only to this machine.",
            Required = true,
        };
        var keyFile = new Option<FileInfo?>("--key-file") { Description = "File that holds the MCP key (mcpk_…)." };
        var keyEnv = new Option<string>("--key-env")
        {
            Description = "Environment variable that holds the MCP key; not asked when --key-file is given.",
            DefaultValueFactory = _ => KeySource.DefaultVariable,
        };
        var command = new Command(
            "stdio",
            "Bridge a host that speaks MCP over standard streams to an endpoint. Exit codes: 0 the host closed its end, or a signal; 1 the endpoint was never reached or never took the key; 2 wrong usage or configuration.")
        {
            url, keyFile, keyEnv,
        };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetRequiredValue(url), parsed.GetValue(keyFile), parsed.GetRequiredValue(keyEnv), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string url, FileInfo? keyFile, string keyEnv, CancellationToken stop)
    {
        var diagnostics = new Diagnostics(Console.Error, TimeProvider.System);
        if (!EndpointRule.Read(url).Try(out var endpoint, out var problem))
        {
            return Refuse(diagnostics, problem);
        }

        if (!(await KeySource.ReadAsync(keyFile, keyEnv, diagnostics, stop)).Try(out var key, out problem))
        {
            return Refuse(diagnostics, problem);
        }

        diagnostics.Hide(key);
        using var bridge = new Bridge(new BridgeOptions(endpoint, key), Console.OpenStandardInput(), Console.OpenStandardOutput(), diagnostics, TimeProvider.System);
        await bridge.RunAsync(stop);
        return bridge.WasOfUse ? 0 : 1;
    }

    private static int Refuse(Diagnostics diagnostics, Problem problem)
    {
        diagnostics.Note(problem.Detail);
        return Usage;
    }
}
