using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Problems;
using Platform.Api.Management;

namespace Platform.Api.OpenApi;

/// <summary>
/// The OpenAPI 3.1 description of <c>/v1</c>, made from the routes that this process serves; <c>docs/api/openapi.json</c> is the same, byte for byte. Nothing in it depends on the
/// configuration.
/// </summary>
internal sealed class ApiDescription(EndpointDataSource endpoints, IOptions<JsonOptions> json, IServiceProvider services)
{
    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Methods = ["GET", "PUT", "POST", "DELETE", "PATCH"];

    private readonly Lock _making = new();
    private (JsonObject Document, byte[] Bytes, string Version)? _made;

    /// <summary>Do not change it.</summary>
    public JsonObject Document => Made().Document;

    public byte[] Bytes => Made().Bytes;

    /// <summary>Changes with the description.</summary>
    public string Version => Made().Version;

    private (JsonObject Document, byte[] Bytes, string Version) Made()
    {
        lock (_making)
        {
            if (_made is not { } made)
            {
                var document = Write();
                byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(document, Pretty), (byte)'\n'];
                _made = made = (document, bytes, Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]);
            }

            return made;
        }
    }

    private JsonObject Write()
    {
        var routes = endpoints.Endpoints.OfType<RouteEndpoint>().Where(route => route.Metadata.GetMetadata<ManagementOperation>() is not null).ToArray();
        var schemas = new SchemaBook(json.Value.SerializerOptions, new BodyRules(services));
        foreach (var body in routes.Select(route => route.Metadata.GetMetadata<JsonBody>()).OfType<JsonBody>())
        {
            schemas.Ask(body.Type);
        }

        var operations = new OperationWriter(schemas);
        var paths = new JsonObject();
        var codes = new SortedSet<ProblemCode>();
        foreach (var path in routes.GroupBy(PathOf, StringComparer.Ordinal).OrderBy(path => path.Key, StringComparer.Ordinal))
        {
            var item = new JsonObject();
            foreach (var (method, route) in path.SelectMany(MethodsOf).OrderBy(one => Array.IndexOf(Methods, one.Method)))
            {
                item[method.ToLowerInvariant()] = operations.Write(route, method);
                codes.UnionWith(Refusals.Of(route, method));
            }

            paths[path.Key] = item;
        }

        var problem = schemas.Of(typeof(ProblemBody));
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = Info(),
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/", ["description"] = "The management listener of this installation, production or test.", ["x-internal"] = true }),
            ["security"] = new JsonArray([.. CommonParts.SecuritySchemes().Select(scheme => new JsonObject { [scheme.Key] = new JsonArray() })]),
            ["tags"] = new JsonArray([.. routes.Select(route => OperationWriter.TagOf(route.Metadata.GetRequiredMetadata<ManagementOperation>())).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(tag => new JsonObject { ["name"] = tag })]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas.Write(),
                ["responses"] = CommonParts.Responses(codes, problem),
                ["parameters"] = CommonParts.Parameters(),
                ["headers"] = CommonParts.Headers(),
                ["securitySchemes"] = CommonParts.SecuritySchemes(),
            },
        };
    }

    private static JsonObject Info() => new()
    {
        ["title"] = "MoCoPr Platform management API",
        ["version"] = "1",
        ["summary"] = "Tenants, principals, roles, keys, limits, resources, alerts, audit and incidents.",
        ["description"] = "Served on the management listener. Changes are additive; what goes away says so by Deprecation and Sunset. JSON is camelCase, times are RFC 3339 in UTC, members that have no value are left out, and members "
            + "that are not known are refused. Refusals are RFC 9457: `x-problems` lists the codes that an operation can give, `x-permission` what it needs: an area and an action, of the whole `area`, of the `object` that the path "
            + "names, or of `some` object. Every operation has its operationId as its action in the audit trail.",
        ["contact"] = new JsonObject { ["name"] = "The operator of this installation, by /.well-known/security.txt" },
        ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
    };

    /// <summary>A HEAD is answered as its GET, without the body; it is no operation of its own.</summary>
    private static IEnumerable<(string Method, RouteEndpoint Route)> MethodsOf(RouteEndpoint route) =>
        route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Where(method => !HttpMethods.IsHead(method)).Select(method => (method, route));

    // "{**path}" is one parameter there too.
    private static string PathOf(RouteEndpoint route) => route.RoutePattern.RawText!.Replace("{**", "{", StringComparison.Ordinal);
}
