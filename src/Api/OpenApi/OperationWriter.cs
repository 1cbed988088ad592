using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Problems;
using Platform.Api.Management;

namespace Platform.Api.OpenApi;

/// <summary>One operation: what it takes, needs, answers and refuses.</summary>
internal sealed class OperationWriter(SchemaBook schemas)
{
    /// <summary>The server reads no request line that is longer.</summary>
    public const int MostOfLine = 8 * 1024;

    public JsonObject Write(RouteEndpoint route, string method)
    {
        var operation = route.Metadata.GetRequiredMetadata<ManagementOperation>();
        var codes = Refusals.Of(route, method);
        var written = new JsonObject
        {
            ["operationId"] = operation.Name,
            ["tags"] = new JsonArray(TagOf(operation)),
            ["summary"] = route.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary ?? throw new InvalidOperationException($"{operation.Name} does not say what it answers."),
            ["description"] = Describe(route, operation, method),
        };
        if (operation.Area is not null)
        {
            written["x-permission"] = new JsonObject { ["area"] = operation.Area, ["action"] = operation.Action, ["kind"] = KindOf(route) };
        }

        written["x-problems"] = new JsonArray([.. codes.Select(code => JsonValue.Create(ProblemCatalogue.Row(code).Slug))]);
        var parameters = new RouteParameters(route, method).Write();
        if (parameters.Count > 0)
        {
            written["parameters"] = parameters;
        }

        if (Body(route) is { } body)
        {
            written["requestBody"] = body;
        }

        written["responses"] = Responses(route, method, codes);
        if (operation.Area is null)
        {
            written["security"] = new JsonArray();
        }

        return written;
    }

    public static string TagOf(ManagementOperation operation) => operation.Name.Split('/')[0];

    /// <summary>Of what the permission must be held: of the whole area, of the object that the route names, or of some object, whichever.</summary>
    private static string KindOf(RouteEndpoint route) =>
        route.Metadata.GetMetadata<ManagementObject>() is not null ? "object" : route.Metadata.GetMetadata<ManagementFiltered>() is not null ? "some" : "area";

    private static string Describe(RouteEndpoint route, ManagementOperation operation, string method)
    {
        List<string> says = [operation.Permission is { } needed ? $"Needs `{needed.Text}`{OfWhat(KindOf(route))}." : "Open to anybody, and throttled by address."];
        if (route.Metadata.GetMetadata<ManagementAudience>() == ManagementAudience.Platform || (operation.Area is not null && !NamesTenant(route) && route.Metadata.GetMetadata<ManagementAudience>() is null))
        {
            says.Add("For the platform's operators alone.");
        }

        if (!HttpMethods.IsGet(method) && NamesTenant(route) && route.Metadata.GetMetadata<WhileReadOnly>() is not null)
        {
            says.Add("Goes on while the tenant is read-only.");
        }

        if (route.Metadata.GetMetadata<TakesDryRun>() is not null)
        {
            says.Add("A dry run goes on while the tenant is read-only.");
        }

        says.Add($"Audited as `{operation.Name}`.");
        return string.Join(' ', says);
    }

    private static string OfWhat(string kind) => kind switch
    {
        "object" => " for the object that the path names",
        "some" => " for some object; the answer has those that the caller may read",
        _ => "",
    };

    private static bool NamesTenant(RouteEndpoint route) => route.RoutePattern.GetParameter(TenantReach.Parameter) is not null;

    private JsonObject? Body(RouteEndpoint route)
    {
        if (route.Metadata.GetMetadata<BytesBody>() is not null)
        {
            return new JsonObject { ["required"] = true, ["content"] = new JsonObject { ["*/*"] = new JsonObject { ["schema"] = new JsonObject() } } };
        }

        return route.Metadata.GetMetadata<JsonBody>() is { } body
            ? new JsonObject { ["required"] = !body.IsOptional, ["content"] = new JsonObject { [body.MediaType] = new JsonObject { ["schema"] = schemas.Of(body.Type) } } }
            : null;
    }

    private JsonObject Responses(RouteEndpoint route, string method, IEnumerable<ProblemCode> codes)
    {
        var all = new JsonObject();
        foreach (var answer in route.Metadata.GetOrderedMetadata<ProducesResponseTypeMetadata>())
        {
            all[answer.StatusCode.ToString(CultureInfo.InvariantCulture)] = Answer(route, method, answer);
        }

        foreach (var status in codes.Select(code => ProblemCatalogue.Row(code).HttpStatus).Distinct().Order())
        {
            all[status.ToString(CultureInfo.InvariantCulture)] = new JsonObject { ["$ref"] = $"#/components/responses/{CommonParts.NameOf(status)}" };
        }

        return all;
    }

    private JsonObject Answer(RouteEndpoint route, string method, ProducesResponseTypeMetadata answer)
    {
        var headers = new JsonObject();
        Header("RateLimit", true);
        Header("RateLimit-Policy", true);
        Header("ETag", answer.StatusCode != StatusCodes.Status204NoContent && route.Metadata.GetMetadata<HasVersion>() is not null);
        Header("Location", answer.StatusCode == StatusCodes.Status201Created);
        Header(HasOperation.Header, answer.StatusCode == StatusCodes.Status202Accepted && route.Metadata.GetMetadata<HasOperation>() is not null);
        Header("Idempotency-Replayed", HttpMethods.IsPost(method));
        var written = new JsonObject { ["description"] = CommonParts.Meaning(answer.StatusCode), ["headers"] = headers };
        if (answer.Type != typeof(void))
        {
            var content = new JsonObject();
            foreach (var mediaType in answer.ContentTypes.DefaultIfEmpty("*/*"))
            {
                content[mediaType] = new JsonObject { ["schema"] = answer.Type == typeof(Stream) ? [] : schemas.Of(answer.Type!) };
            }

            written["content"] = content;
        }

        return written;

        void Header(string name, bool applies)
        {
            if (applies)
            {
                headers[name] = new JsonObject { ["$ref"] = $"#/components/headers/{name}" };
            }
        }
    }
}
