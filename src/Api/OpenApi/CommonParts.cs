using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Incidents;
using Platform.Api.Management;

namespace Platform.Api.OpenApi;

/// <summary>What many operations have in common and point to.</summary>
internal static class CommonParts
{
    public static string NameOf(int status) => ReasonPhrases.GetReasonPhrase(status).Replace(" ", "", StringComparison.Ordinal);

    public static string Meaning(int status) => status switch
    {
        201 => "It was made.",
        202 => "It was begun and goes on.",
        204 => "It was done; there is nothing to tell.",
        206 => "The bytes that Range names.",
        304 => "It is what If-None-Match names.",
        412 => "It is not what If-Match names.",
        416 => "It has no bytes where Range says, and there are none here.",
        _ => "It was done.",
    };

    /// <summary>Of a parameter of the query that many operations have; null for their own.</summary>
    public static string? NameOfParameter(string parameter) => parameter switch
    {
        "pageSize" => "PageSize",
        "pageToken" => "PageToken",
        ListFilter.Parameter => "Filter",
        IncidentRoute.Parameter => "Incident",
        _ => null,
    };

    public static JsonObject Parameters() => new()
    {
        ["IdempotencyKey"] = new JsonObject
        {
            ["name"] = "Idempotency-Key",
            ["in"] = "header",
            ["description"] = "Of the client's own choice. Within 24 h the same request with the same key gets the first answer again, without the secret that it may have had; another request with it gets 422.",
            ["schema"] = new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = 255, ["pattern"] = "^[!-~]+$" },
        },
        ["IfMatch"] = Condition("If-Match", "The ETag of what is to be changed, up to 16, or * for whatever is there. Where a condition is required, neither this nor If-None-Match gets 428; one that does not hold gets 412."),
        ["IfNoneMatch"] = Condition("If-None-Match", "With a change: * for something that is not there yet."),
        ["Filter"] = new JsonObject
        {
            ["name"] = ListFilter.Parameter,
            ["in"] = "query",
            ["description"] = "The list's other filters in one (AIP-160): `name = value`, joined by `AND`; a value with spaces or signs in quotes. The same as those parameters, none of which may be said twice.",
            ["schema"] = new JsonObject { ["type"] = "string", ["maxLength"] = OperationWriter.MostOfLine },
        },
        ["Incident"] = new JsonObject
        {
            ["name"] = IncidentRoute.Parameter,
            ["in"] = "query",
            ["description"] = "The incident whose timeline tells of it, refusals too. Without it, all incidents of the tenant that are open do.",
            ["schema"] = new JsonObject { ["type"] = "string", ["maxLength"] = OperationWriter.MostOfLine },
        },
        ["PageSize"] = new JsonObject
        {
            ["name"] = "pageSize",
            ["in"] = "query",
            ["description"] = "Most items of the page.",
            ["schema"] = new JsonObject { ["type"] = "integer", ["format"] = "int32", ["minimum"] = 1, ["maximum"] = Answer.MaxPage, ["default"] = Answer.DefaultPage },
        },
        ["PageToken"] = new JsonObject
        {
            ["name"] = "pageToken",
            ["in"] = "query",
            ["description"] = "The nextPageToken of the page before, as it was given.",
            ["schema"] = new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = PageTokens.MaxLength, ["pattern"] = "^[A-Za-z0-9_-]+$" },
        },
        ["Tenant"] = new JsonObject
        {
            ["name"] = TenantReach.Parameter,
            ["in"] = "path",
            ["required"] = true,
            ["description"] = "Slug of the tenant. Where the platform has such things of its own, `_sys` names them to operators.",
            ["schema"] = new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = TenantSlug.MaxLength, ["pattern"] = "^(_sys|[a-z0-9-]+)$" },
        },
    };

    public static JsonObject Headers() => new()
    {
        ["ETag"] = Header("Strong entity tag of the version that was answered (RFC 9110)."),
        ["Idempotency-Replayed"] = Header("true when this is the answer to an earlier request with the same Idempotency-Key."),
        ["Location"] = Header("Where the new thing is read."),
        [HasOperation.Header] = Header("Where the operation is read while it goes on."),
        ["RateLimit"] = Header("What is left of the tightest limit (draft-ietf-httpapi-ratelimit-headers-11)."),
        ["RateLimit-Policy"] = Header("The limits that hold (draft-ietf-httpapi-ratelimit-headers-11)."),
        ["Retry-After"] = new JsonObject
        {
            ["description"] = "Seconds to wait.",
            ["schema"] = new JsonObject { ["type"] = "integer", ["format"] = "int32", ["minimum"] = 1, ["maximum"] = int.MaxValue },
        },
        ["WWW-Authenticate"] = Header("How to authenticate (RFC 9110)."),
    };

    /// <summary>One response for each status that a problem has.</summary>
    public static JsonObject Responses(IEnumerable<ProblemCode> codes, JsonObject problem)
    {
        var all = new JsonObject();
        foreach (var status in codes.Select(ProblemCatalogue.Row).GroupBy(row => row.HttpStatus).OrderBy(group => group.Key))
        {
            var headers = new JsonObject { ["RateLimit"] = HeaderReference("RateLimit"), ["RateLimit-Policy"] = HeaderReference("RateLimit-Policy") };
            foreach (var more in status.Key switch { 401 => new[] { "WWW-Authenticate" }, 409 or 429 or 503 => ["Retry-After"], _ => [] })
            {
                headers[more] = HeaderReference(more);
            }

            all[NameOf(status.Key)] = new JsonObject
            {
                ["description"] = string.Join(", or ", status.Select(row => $"{row.Title} (`{row.Slug}`)")) + ".",
                ["headers"] = headers,
                ["content"] = new JsonObject { ["application/problem+json"] = new JsonObject { ["schema"] = problem.DeepClone() } },
            };
        }

        return all;
    }

    public static JsonObject SecuritySchemes() => new()
    {
        ["accessToken"] = new JsonObject
        {
            ["type"] = "http",
            ["scheme"] = "bearer",
            ["bearerFormat"] = "JWT",
            ["description"] = "An access token of the tenant's own authorization server or of one of its identity providers, judged as RFC 9068 and the best practices of RFC8725 say. For the tenant that it was issued for.",
        },
        ["clientCertificate"] = new JsonObject { ["type"] = "mutualTLS", ["description"] = "A client certificate that the tenant registered for one of its principals." },
        ["managementKey"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "A management key: the platform's own, or a tenant's for that tenant." },
        ["session"] = new JsonObject
        {
            ["type"] = "http",
            ["scheme"] = "bearer",
            ["description"] = "The token of a console session, from `sessions/open`. It ends when it is idle, and with its user's password. The console keeps it in a cookie of its own, which opens nothing here.",
        },
    };

    private static JsonObject Condition(string name, string description) => new()
    {
        ["name"] = name,
        ["in"] = "header",
        ["description"] = description,
        ["schema"] = new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = OperationWriter.MostOfLine },
    };

    private static JsonObject Header(string description) => new()
    {
        ["description"] = description,
        ["schema"] = new JsonObject { ["type"] = "string", ["maxLength"] = OperationWriter.MostOfLine },
    };

    private static JsonObject HeaderReference(string name) => new() { ["$ref"] = $"#/components/headers/{name}" };
}
