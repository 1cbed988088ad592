using System.Text.Json.Nodes;

namespace Platform.ClientGenerator;

/// <summary>
/// The committed description (OpenAPI 3.1) in the words of 3.0, which is what NSwag knows. Nothing is lost that a client could see: null among types becomes <c>nullable</c>, all refusals, which have one schema, become the
/// <c>default</c> answer, and credentials, which are the caller's <see cref="HttpClient"/>'s, go.
/// </summary>
internal static class ReducedDescription
{
    private static readonly string[] Verbs = ["get", "put", "post", "patch", "delete"];

    /// <summary>The description, with ids of operations such as <c>AlertRules_BackTest</c>.</summary>
    public static JsonObject Of(string description)
    {
        var document = JsonNode.Parse(description)!.AsObject();
        document["openapi"] = "3.0.3";
        document.Remove("security");
        document["components"]!.AsObject().Remove("securitySchemes");
        foreach (var (_, operation) in Operations(document))
        {
            operation["operationId"] = string.Join('_', ((string)operation["operationId"]!).Split('/').Select(Words.Pascal));
            operation.Remove("security");
            Choices(document, operation);
            Answers(operation["responses"]!.AsObject());
            foreach (var content in operation["responses"]!.AsObject().Select(answer => answer.Value!["content"]).Append(operation["requestBody"]?["content"]).OfType<JsonObject>())
            {
                Bytes(content);
            }
        }

        Schemas(document);
        return document;
    }

    /// <summary>Every operation with its path.</summary>
    public static IEnumerable<(string Path, JsonObject Operation)> Operations(JsonObject document) => document["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject().Where(member => Verbs.Contains(member.Key, StringComparer.Ordinal)), (path, member) => (path.Key, member.Value!.AsObject()));

    /// <summary>A choice of words in a query has the type that those words have elsewhere, or one of its own: <c>AuditOrder</c>.</summary>
    private static void Choices(JsonObject document, JsonObject operation)
    {
        var schemas = document["components"]!["schemas"]!.AsObject();
        foreach (var parameter in (operation["parameters"] as JsonArray ?? []).Where(parameter => parameter!["schema"]?["enum"] is not null).Select(parameter => parameter!.AsObject()))
        {
            var words = WordsOf(parameter["schema"]!);
            var name = schemas.FirstOrDefault(schema => schema.Value!["enum"] is not null && WordsOf(schema.Value).SetEquals(words)).Key;
            if (name is null)
            {
                name = ((string)operation["operationId"]!).Split('_')[0] + Words.Pascal((string)parameter["name"]!);
                schemas.Add(name, parameter["schema"]!.DeepClone());
            }

            parameter["schema"] = new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
        }
    }

    private static HashSet<string> WordsOf(JsonNode schema) => [.. schema["enum"]!.AsArray().Select(word => (string)word!)];

    private static void Answers(JsonObject answers)
    {
        foreach (var status in answers.Select(answer => answer.Key).Where(status => status[0] is '3' or '4' or '5').ToList())
        {
            answers.Remove(status);
        }

        answers["default"] = new JsonObject
        {
            ["description"] = "A refusal.",
            ["content"] = new JsonObject { ["application/problem+json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/ProblemBody" } } },
        };
    }

    /// <summary>What is not JSON is bytes.</summary>
    private static void Bytes(JsonObject contents)
    {
        foreach (var (_, content) in contents.Where(content => !content.Key.EndsWith("json", StringComparison.Ordinal)).ToList())
        {
            content!["schema"] = new JsonObject { ["type"] = "string", ["format"] = "binary" };
        }
    }

    private static void Schemas(JsonNode? node)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                Schemas(item);
            }
        }
        else if (node is JsonObject schema)
        {
            Nullable(schema);
            foreach (var (_, value) in schema.ToList())
            {
                Schemas(value);
            }
        }
    }

    private static void Nullable(JsonObject schema)
    {
        if (schema["type"] is JsonArray types && types.Select(type => (string)type!).ToList() is [var type, "null"])
        {
            schema["type"] = type;
            schema["nullable"] = true;
        }
        else if (schema["anyOf"] is JsonArray choices && choices.Count == 2 && choices[0]!["$ref"] is { } known && (string?)choices[1]!["type"] == "null")
        {
            schema.Remove("anyOf");
            schema["oneOf"] = new JsonArray(new JsonObject { ["$ref"] = known.DeepClone() });
            schema["nullable"] = true;
        }
    }
}
