using System.Text;
using System.Text.Json.Nodes;
using Platform.Api.Validation.Schema;

namespace Platform.Api.Tests.OpenApi;

/// <summary>The description as it is committed, and a judge of answers by it.</summary>
internal static class Description
{
    public static string File { get; } = Path.Combine(Root(), "docs", "api", "openapi.json");

    public static JsonObject Document { get; } = JsonNode.Parse(System.IO.File.ReadAllText(File))!.AsObject();

    /// <summary>Every operation with its method and path.</summary>
    public static IEnumerable<(string Method, string Path, JsonObject Operation)> Operations =>
        Document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject(), (path, operation) => (operation.Key.ToUpperInvariant(), path.Key, operation.Value!.AsObject()));

    /// <summary>Null when the answer is one that the operation may give; else what differs.</summary>
    public static string? Fault(JsonObject operation, int status, string mediaType, string text)
    {
        if (operation["responses"]![status.ToString(System.Globalization.CultureInfo.InvariantCulture)] is not JsonObject response)
        {
            return $"{operation["operationId"]} does not say that it answers {status}: {text}";
        }

        var content = (Resolve(response)["content"] as JsonObject)?[mediaType];
        if (mediaType is not ("application/json" or "application/problem+json"))
        {
            return content is null && text.Length > 0 && Resolve(response)["content"]?["*/*"] is null ? $"{operation["operationId"]} does not say that {status} is {mediaType}" : null;
        }

        if (mediaType == "application/problem+json" && !operation["x-problems"]!.AsArray().Any(slug => text.Contains($"\"code\":\"{slug}\"", StringComparison.Ordinal)))
        {
            return $"{operation["operationId"]} does not list this problem: {text}";
        }

        return content?["schema"] is not JsonObject schema ? $"{operation["operationId"]} does not say that {status} has a body: {text}"
            : Compile(schema) is var compiled && default(SchemaError) is var error && compiled.Validate(Encoding.UTF8.GetBytes(text), ref error) ? null
            : $"{operation["operationId"]} {status}: {error.Path} {error.Message}: {text}";
    }

    /// <summary>By the engine that judges arguments of tools: it knows nothing of the writer of the description.</summary>
    private static CompiledSchema Compile(JsonObject schema)
    {
        var needed = new JsonObject();
        Collect(schema, needed);
        var root = schema.DeepClone().AsObject();
        root["$defs"] = needed;
        var bare = root.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal);
        return SchemaCompiler.TryCompile(Encoding.UTF8.GetBytes(bare), out var compiled, out var fault) ? compiled : throw new InvalidOperationException($"{fault} in {bare}");
    }

    private static void Collect(JsonNode? node, JsonObject needed)
    {
        switch (node)
        {
            case JsonObject item:
                if (item["$ref"] is JsonValue reference && reference.ToString().Split('/')[^1] is var name && !needed.ContainsKey(name))
                {
                    needed[name] = Resolve(item).DeepClone();
                    Collect(needed[name], needed);
                }

                foreach (var (_, value) in item.ToArray())
                {
                    Collect(value, needed);
                }

                break;
            case JsonArray items:
                foreach (var value in items)
                {
                    Collect(value, needed);
                }

                break;
        }
    }

    private static JsonObject Resolve(JsonObject node) =>
        (string?)node["$ref"] is { } reference ? reference.Split('/').Skip(1).Aggregate((JsonNode)Document, (at, part) => at[part]!).AsObject() : node;

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(directory.FullName, "Platform.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("These tests run from inside the repository.");
        }

        return directory.FullName;
    }
}
