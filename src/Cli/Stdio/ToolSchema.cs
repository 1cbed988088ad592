using System.Text.Json;
using Platform.Abstractions.Problems;

namespace Platform.Cli.Stdio;

/// <summary>A parameter that travels in a header too.</summary>
/// <param name="Name">What follows <c>Mcp-Param-</c>.</param>
/// <param name="Path">Names of properties from the arguments down to the value.</param>
internal sealed record ParamHeader(string Name, IReadOnlyList<string> Path);

/// <summary>
/// Reads the <c>x-mcp-header</c> annotations of a tool's input schema (MCP 2026-07-28, Streamable HTTP, Schema Extension). One that breaks a rule makes the
/// tool invalid.
/// </summary>
internal sealed class ToolSchema
{
    private const string Annotation = "x-mcp-header";
    private const int MaxHeaders = 64;
    private const int MaxName = 128;
    private readonly List<ParamHeader> _headers = [];
    private string? _fault;

    public static Result<IReadOnlyList<ParamHeader>> Read(JsonElement schema)
    {
        var reader = new ToolSchema();
        reader.Visit(schema, [], reachable: true);
        return reader._fault is { } fault ? Problem.InvalidParams(fault) : reader._headers;
    }

    private void Visit(JsonElement schema, string[] path, bool reachable)
    {
        if (schema.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in schema.EnumerateArray())
            {
                Visit(item, path, reachable: false);
            }
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in schema.EnumerateObject())
        {
            switch (member.Name)
            {
                case Annotation:
                    _fault ??= Add(schema, member.Value, path, reachable);
                    break;
                case "properties" when member.Value.ValueKind == JsonValueKind.Object:
                    foreach (var property in member.Value.EnumerateObject())
                    {
                        Visit(property.Value, [.. path, property.Name], reachable);
                    }

                    break;
                case "const" or "enum" or "default" or "examples":
                    // Data, not schema.
                    break;
                default:
                    Visit(member.Value, path, reachable: false);
                    break;
            }
        }
    }

    private string? Add(JsonElement schema, JsonElement annotation, string[] path, bool reachable)
    {
        if (!reachable || path.Length == 0)
        {
            return "x-mcp-header stands where no chain of properties leads";
        }

        if (annotation.ValueKind != JsonValueKind.String || annotation.GetString() is not { Length: <= MaxName } name || !HeaderValue.IsToken(name))
        {
            return "x-mcp-header is not a header name";
        }

        if (!IsPrimitive(schema))
        {
            return "x-mcp-header is on a parameter that is not an integer, a string or a boolean";
        }

        if (_headers.Count == MaxHeaders || _headers.Any(header => string.Equals(header.Name, name, StringComparison.OrdinalIgnoreCase)))
        {
            return "x-mcp-header names a header twice, or too many of them";
        }

        _headers.Add(new ParamHeader(name, path));
        return null;
    }

    // "null" beside the type is allowed: a null argument has no header.
    private static bool IsPrimitive(JsonElement schema) => RpcMessage.Find(schema, "type") switch
    {
        { ValueKind: JsonValueKind.String } type => IsPrimitive(type.GetString()),
        { ValueKind: JsonValueKind.Array } types => types.EnumerateArray().All(type => type.ValueKind == JsonValueKind.String)
            && types.EnumerateArray().Select(type => type.GetString()).Where(type => type != "null").ToList() is [var only] && IsPrimitive(only),
        _ => false,
    };

    private static bool IsPrimitive(string? type) => type is "integer" or "string" or "boolean";
}
