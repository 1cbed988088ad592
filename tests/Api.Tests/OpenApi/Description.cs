using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Api.Validation.Schema;

namespace Platform.Api.Tests.OpenApi;

/// <summary>The description as it is committed, and a judge of answers by it.</summary>
internal static class Description
{
    public static string File { get; } = Path.Combine(Root(), "docs", "api", "openapi.json");

    public static JsonObject Document { get; } = JsonNode.Parse(System.IO.File.ReadAllText(File))!.AsObject();

    private static readonly ConcurrentDictionary<JsonObject, CompiledSchema> Compiled = new(ReferenceEqualityComparer.Instance);

    /// <summary>Every operation with its method and path.</summary>
    public static IEnumerable<(string Method, string Path, JsonObject Operation)> Operations =>
        Document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject(), (path, operation) => (operation.Key.ToUpperInvariant(), path.Key, operation.Value!.AsObject()));

    public static bool IsJson(string? mediaType) => mediaType is "application/json" or "application/problem+json";

    /// <summary>Null when the answer is one that the operation may give; else the operation and what differs.</summary>
    /// <param name="operation">Of the description.</param>
    /// <param name="status">Of the answer.</param>
    /// <param name="mediaType">Of the answer; null when it has none.</param>
    /// <param name="json">Its body, when that is JSON and was sent.</param>
    public static string? Fault(JsonObject operation, int status, string? mediaType, string? json) =>
        Difference(operation, status, mediaType, json) is { } fault ? $"{operation["operationId"]} {status}: {fault}. {(json?.Length > 400 ? $"{json[..400]}…" : json)}" : null;

    private static string? Difference(JsonObject operation, int status, string? mediaType, string? json)
    {
        if (operation["responses"]![status.ToString(CultureInfo.InvariantCulture)] is not JsonObject response)
        {
            return "this status is not described";
        }

        var contents = Resolve(response)["content"] as JsonObject;
        if (mediaType is null)
        {
            return contents is null || status == 304 ? null : "a body is described, and there is none";
        }

        if ((contents?[mediaType] ?? contents?["*/*"]) is not JsonObject content)
        {
            return $"no body of {mediaType} is described";
        }

        if (json is null || content["schema"] is not JsonObject { Count: > 0 } schema)
        {
            return null;
        }

        SchemaError error = default;
        return !Compiled.GetOrAdd(schema, Compile).Validate(Encoding.UTF8.GetBytes(json), ref error) && error.Keyword != SchemaError.Budget ? $"{(error.Path.Length == 0 ? "the body" : error.Path)} {error.Message}"
            : mediaType == "application/problem+json" && JsonNode.Parse(json)!["code"] is var code && !operation["x-problems"]!.AsArray().Any(slug => JsonNode.DeepEquals(slug, code)) ? $"the problem {code} is not listed"
            : null;
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
