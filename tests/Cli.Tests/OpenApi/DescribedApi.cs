using System.Text.Json.Nodes;
using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.OpenApi;

/// <summary>The management API as <c>docs/api/openapi.json</c> describes it: which operation a request is, and what is wrong with the request.</summary>
internal sealed class DescribedApi
{
    private readonly JsonNode _document;
    private readonly List<DescribedOperation> _operations;

    private DescribedApi(JsonNode document)
    {
        _document = document;
        Schemas = new DescribedSchemas(this);
        _operations = [.. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(verb =>
            new DescribedOperation(verb.Value!["operationId"]!.GetValue<string>(), verb.Key.ToUpperInvariant(), path.Key, verb.Value!)))];
    }

    public DescribedSchemas Schemas { get; }

    public IReadOnlyList<DescribedOperation> Operations => _operations;

    public static DescribedApi Read() => new(JsonNode.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "openapi.json")))!);

    /// <summary>What a reference leads to.</summary>
    public JsonNode Follow(JsonNode node)
    {
        while (node["$ref"] is { } reference)
        {
            node = reference.GetValue<string>().Split('/').Skip(1).Aggregate(_document, (at, name) => at[name]!);
        }

        return node;
    }

    /// <summary>The operation of a request: of those that fit, the one with the fewest parameters in its path.</summary>
    public DescribedOperation? Find(string method, string target) =>
        _operations.Where(operation => operation.Fits(method == "HEAD" ? "GET" : method, target.Split('?')[0])).MinBy(operation => operation.Path.Count(letter => letter == '{'));

    /// <summary>What the description does not allow of a request.</summary>
    public IEnumerable<string> Faults(DescribedOperation operation, Asked asked)
    {
        var parameters = (operation.Node["parameters"] as JsonArray ?? []).Select(parameter => Follow(parameter!)).ToList();
        var queries = parameters.Where(parameter => Is(parameter, "in", "query")).Select(parameter => parameter["name"]!.GetValue<string>()).ToList();
        foreach (var pair in asked.Target.Split('?').Skip(1).SelectMany(query => query.Split('&')))
        {
            var (name, value) = (pair.Split('=')[0], Uri.UnescapeDataString(pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]));
            if (!queries.Contains(name, StringComparer.Ordinal))
            {
                yield return $"has no query parameter {name}";
            }
            else if (parameters.Find(parameter => Is(parameter, "name", name))?["schema"]?["enum"] is JsonArray words && !words.Any(word => word!.GetValue<string>() == value))
            {
                yield return $"query parameter {name} is not {value}";
            }
        }

        if (operation.Node["responses"]!["428"] is not null && asked.Header("If-Match") is null && asked.Header("If-None-Match") is null)
        {
            yield return "names no version";
        }

        foreach (var fault in BodyFaults(operation, asked))
        {
            yield return fault;
        }
    }

    private IEnumerable<string> BodyFaults(DescribedOperation operation, Asked asked)
    {
        if (operation.Node["requestBody"] is not { } described)
        {
            return asked.Body.Length == 0 ? [] : ["takes no body"];
        }

        var body = Follow(described);
        var (type, content) = body["content"]!.AsObject().First();
        if (type == "*/*")
        {
            return [];
        }

        if (asked.Body.Length == 0)
        {
            return body["required"]?.GetValue<bool>() == true ? ["needs a body"] : [];
        }

        return asked.Header("Content-Type") != type ? [$"takes {type}, not {asked.Header("Content-Type")}"] : Schemas.Faults(content!["schema"]!, asked.Json, "body");
    }

    private static bool Is(JsonNode node, string member, string value) => node[member]!.GetValue<string>() == value;
}

/// <summary>One operation.</summary>
internal sealed class DescribedOperation(string id, string method, string path, JsonNode node)
{
    private readonly string[] _segments = path.Split('/');

    public string Id => id;

    public string Path => path;

    public JsonNode Node => node;

    public bool Fits(string asked, string target)
    {
        var segments = target.Split('/');

        // The path of a file is the one parameter that has more than one segment.
        return asked == method && (segments.Length == _segments.Length || (_segments[^1] == "{path}" && segments.Length > _segments.Length))
            && _segments.Index().All(segment => IsSegment(segment.Item, segments[segment.Index]));
    }

    /// <summary>A parameter is what is before the colon of a verb, or all of the segment.</summary>
    private static bool IsSegment(string described, string asked)
    {
        if (described.IndexOf('{', StringComparison.Ordinal) < 0)
        {
            return described == asked;
        }

        var verb = described[(described.IndexOf('}', StringComparison.Ordinal) + 1)..];
        return asked.Length > verb.Length && asked.EndsWith(verb, StringComparison.Ordinal) && !asked[..^verb.Length].Contains(':', StringComparison.Ordinal);
    }
}
