using System.Globalization;
using System.Text.Json;
using Platform.Abstractions.Problems;

namespace Platform.Cli.Stdio;

/// <summary>The headers that mirror a message of 2026-07-28 (Streamable HTTP, Request Metadata).</summary>
internal static class ModernHeaders
{
    public const string Version = "MCP-Protocol-Version";

    public static Result<List<Header>> For(RpcMessage message, ToolHeaders tools)
    {
        // Neither has a sentinel: what no header can carry, no conforming server can serve.
        if (!HeaderValue.IsVisible(message.Version ?? "") || !HeaderValue.IsVisible(message.Method))
        {
            return Problem.InvalidRequest("The protocol version and the method must be visible ASCII.");
        }

        var headers = new List<Header> { new(Version, message.Version!), new("Mcp-Method", message.Method) };
        if (Name(message) is { } name)
        {
            headers.Add(new Header("Mcp-Name", HeaderValue.Encode(name)));
        }

        if (message.Method == "tools/call" && message.Text("name") is { } tool)
        {
            var arguments = RpcMessage.Find(message.Params, "arguments");
            try
            {
                headers.AddRange(
                    from parameter in tools.Of(tool)
                    let value = Value(RpcMessage.Find(arguments, [.. parameter.Path]))
                    where value is not null
                    select new Header($"Mcp-Param-{parameter.Name}", HeaderValue.Encode(value)));
            }
            catch (InvalidOperationException)
            {
                return Problem.InvalidParams("An argument that travels in a header is not Unicode.");
            }
        }

        return headers;
    }

    private static string? Name(RpcMessage message) => message.Method switch
    {
        "tools/call" or "prompts/get" => message.Text("name"),
        "resources/read" => message.Text("uri"),
        var method when method.StartsWith("tasks/", StringComparison.Ordinal) => message.Text("taskId"),
        _ => null,
    };

    // Null and absent have no header. Neither have values of a type that no annotation allows: the server's schema refuses them.
    private static string? Value(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.True } => "true",
        { ValueKind: JsonValueKind.False } => "false",
        { ValueKind: JsonValueKind.Number } number => number.TryGetDecimal(out var exact) && exact == decimal.Truncate(exact)
            ? decimal.Truncate(exact).ToString("0", CultureInfo.InvariantCulture)
            : number.GetRawText(),
        _ => null,
    };
}

/// <summary>A header of HTTP.</summary>
internal readonly record struct Header(string Name, string Value);
