namespace Platform.Silo.Bootstrap;

/// <summary>What the operator reads at start-up. Written to standard output and never to a log: it holds secrets, this once.</summary>
internal static class Banner
{
    private const string EchoCall =
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"message":"hello"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""";

    public static string First(FirstCredentials made, string directory, string? outputFile) =>
        $"""

        MoCoPr Platform is ready. This was the first start; the secrets below are shown once.

          Data directory   {directory}
          Console          {made.ConsoleUrl}
          Bootstrap secret {made.BootstrapSecret}   (works once: open the console and set a password)
          Management key   {made.AdminKey}
          Tenant           {made.Tenant}
          MCP endpoint     {made.McpUrl}
          API key          {made.ApiKey}
        {(outputFile is null ? "" : $"  Written to       {outputFile}\n")}
        Try it:

          curl -s {made.McpUrl} \
            -H 'Authorization: Bearer {made.ApiKey}' \
            -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' \
            -H 'MCP-Protocol-Version: 2026-07-28' -H 'Mcp-Method: tools/call' -H 'Mcp-Name: echo' \
            -d '{EchoCall}'

          npx @modelcontextprotocol/inspector@2.12.0 --cli {made.McpUrl} --transport http \
            --header 'Authorization: Bearer {made.ApiKey}' --method tools/list

        Client configuration:

          {Configuration(made)}

        Press Ctrl-C to stop.

        """;

    public static string Again(string consoleUrl, string mcpUrl, string directory, bool passwordSet) =>
        $"""

        MoCoPr Platform is ready. It reuses the data in {directory}; no new credentials were made.

          Console          {consoleUrl}
          MCP endpoint     {mcpUrl}
        {(passwordSet
            ? "  Sign in to the console as admin; make and revoke API keys there or under /v1."
            : "  The bootstrap secret of the first start was not used yet. If it is lost, start once with --Platform:Bootstrap:Reissue=true.")}

        Press Ctrl-C to stop.

        """;

    private static string Configuration(FirstCredentials made) => new System.Text.Json.Nodes.JsonObject
    {
        ["mcpServers"] = new System.Text.Json.Nodes.JsonObject
        {
            [made.Tenant] = new System.Text.Json.Nodes.JsonObject
            {
                ["type"] = "http",
                ["url"] = made.McpUrl,
                ["headers"] = new System.Text.Json.Nodes.JsonObject { ["Authorization"] = $"Bearer {made.ApiKey}" },
            },
        },
    }.ToJsonString();
}
