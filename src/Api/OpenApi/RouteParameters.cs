using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Platform.Api.Management;

namespace Platform.Api.OpenApi;

/// <summary>What a route takes beside its body: of its pattern, of its handler's simple parameters, and by headers.</summary>
internal sealed class RouteParameters(RouteEndpoint route, string method)
{
    private static readonly Dictionary<Type, JsonObject> Simple = new()
    {
        [typeof(string)] = new JsonObject { ["type"] = "string", ["maxLength"] = OperationWriter.MostOfLine },
        [typeof(int)] = new JsonObject { ["type"] = "integer", ["format"] = "int32", ["minimum"] = int.MinValue, ["maximum"] = int.MaxValue },
        [typeof(long)] = new JsonObject { ["type"] = "integer", ["format"] = "int64", ["minimum"] = 0, ["maximum"] = 9_007_199_254_740_991 },
        [typeof(double)] = new JsonObject { ["type"] = "number", ["format"] = "double" },
        [typeof(bool)] = new JsonObject { ["type"] = "boolean" },
        [typeof(DryRun)] = new JsonObject { ["type"] = "boolean" },
    };

    public JsonArray Write() => [.. OfPath(), .. OfQuery(), .. OfHeaders()];

    private IEnumerable<JsonNode> OfPath() => route.RoutePattern.Parameters.Select(parameter => parameter.Name == TenantReach.Parameter ? Part("Tenant") : OfPath(parameter));

    private static JsonObject OfPath(RoutePatternParameterPart parameter)
    {
        var written = new JsonObject { ["name"] = parameter.Name, ["in"] = "path", ["required"] = true, ["schema"] = Simple[typeof(string)].DeepClone() };
        if (parameter.IsCatchAll)
        {
            // OpenAPI 3.1 has no word for it: a generated client must be told not to escape the slashes.
            written["description"] = "Segments with slashes between them, each escaped by itself.";
            written["x-segments"] = true;
        }

        return written;
    }

    private IEnumerable<JsonNode> OfQuery() => route.Metadata.GetRequiredMetadata<RouteQuery>().Parameters.Select(parameter => Query(parameter.Name, parameter.Type));

    private JsonObject Query(string name, Type type)
    {
        if (CommonParts.NameOfParameter(name) is { } common)
        {
            return Part(common);
        }

        if (name == ListOrder.Parameter)
        {
            return Order(route.Metadata.GetRequiredMetadata<ListOrder>().Words);
        }

        var words = route.Metadata.GetOrderedMetadata<QueryChoice>().FirstOrDefault(choice => choice.Name == name)?.Words;
        return new JsonObject
        {
            ["name"] = name,
            ["in"] = "query",
            ["schema"] = words is null ? Simple[type].DeepClone() : new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. words.Select(word => JsonValue.Create(word))]) },
        };
    }

    // A pattern: words with spaces are no names for the members of a generated enum.
    private static JsonObject Order(string[] words) => new()
    {
        ["name"] = ListOrder.Parameter,
        ["in"] = "query",
        ["description"] = $"The list comes by `{string.Join("`, or by `", words)}`.",
        ["schema"] = new JsonObject { ["type"] = "string", ["pattern"] = $"^({string.Join('|', words)})$", ["maxLength"] = OperationWriter.MostOfLine, ["default"] = words[0] },
    };

    private IEnumerable<JsonNode> OfHeaders()
    {
        if (HttpMethods.IsPost(method) && route.Metadata.GetMetadata<ManagementOperation>() is { Area: not null })
        {
            yield return Part("IdempotencyKey");
        }

        if (route.Metadata.GetMetadata<OnVersion>() is not null)
        {
            yield return Part("IfMatch");
            yield return Part("IfNoneMatch");
        }

        foreach (var header in route.Metadata.GetOrderedMetadata<RequestHeader>())
        {
            yield return new JsonObject { ["name"] = header.Name, ["in"] = "header", ["description"] = header.Purpose, ["schema"] = Simple[typeof(string)].DeepClone() };
        }
    }

    private static JsonObject Part(string name) => new() { ["$ref"] = $"#/components/parameters/{name}" };
}
