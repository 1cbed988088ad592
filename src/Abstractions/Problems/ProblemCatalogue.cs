using System.Collections.Frozen;

namespace Platform.Abstractions.Problems;

/// <summary>How one <see cref="ProblemCode"/> is answered on each surface; <c>docs/problems.md</c> is generated from these rows.</summary>
/// <param name="Slug">Stable identifier: the last segment of the RFC 9457 <c>type</c> and its <c>code</c>.</param>
/// <param name="Title">The RFC 9457 title; the same for every occurrence.</param>
/// <param name="HttpStatus">Status on REST.</param>
/// <param name="McpStatus">Status of the HTTP response that carries the JSON-RPC error.</param>
/// <param name="JsonRpcCode">JSON-RPC error code. Ours are positive, status x 100 + n: MCP closes -32000..-32099 to new codes.</param>
public sealed record ProblemRow(string Slug, string Title, int HttpStatus, int McpStatus, int JsonRpcCode);

/// <summary>One row for each code; a test insists.</summary>
public static class ProblemCatalogue
{
    /// <summary>Prefix of every RFC 9457 <c>type</c>.</summary>
    public const string TypePrefix = "urn:mocopr:problem:";

    private static readonly FrozenDictionary<ProblemCode, ProblemRow> Rows = new Dictionary<ProblemCode, ProblemRow>
    {
        [ProblemCode.Internal] = new("internal", "Internal server error", 500, 500, -32603),
        [ProblemCode.Unauthenticated] = new("unauthenticated", "Authentication is required", 401, 401, 40101),
        [ProblemCode.PermissionDenied] = new("permission-denied", "Permission denied", 403, 403, 40301),
        [ProblemCode.OriginDenied] = new("origin-denied", "Origin is not allowed", 403, 403, 40302),
        [ProblemCode.HostDenied] = new("host-denied", "Host is not allowed", 403, 403, 40303),
        [ProblemCode.TenantSuspended] = new("tenant-suspended", "The tenant is suspended", 403, 403, 40304),
        [ProblemCode.TenantNotFound] = new("tenant-not-found", "No such tenant", 404, 404, 40401),
        [ProblemCode.NotFound] = new("not-found", "Not found", 404, 404, 40402),
        [ProblemCode.SessionNotFound] = new("session-not-found", "No such session", 404, 404, 40403),
        [ProblemCode.ResourceNotFound] = new("resource-not-found", "Resource not found", 404, 200, -32602),
        [ProblemCode.MethodNotFound] = new("method-not-found", "Method not found", 404, 404, -32601),
        [ProblemCode.MethodNotAllowed] = new("method-not-allowed", "HTTP method not allowed", 405, 405, 40501),
        [ProblemCode.NotAcceptable] = new("not-acceptable", "Not acceptable", 406, 406, 40601),
        [ProblemCode.UnsupportedMediaType] = new("unsupported-media-type", "Unsupported media type", 415, 415, 41501),
        [ProblemCode.InvalidParams] = new("invalid-params", "Invalid parameters", 400, 200, -32602),
        [ProblemCode.InvalidRequest] = new("invalid-request", "Invalid request", 400, 400, -32600),
        [ProblemCode.MissingMetadata] = new("missing-metadata", "Required request metadata is missing", 400, 400, -32602),
        [ProblemCode.Malformed] = new("malformed", "Malformed JSON", 400, 400, -32700),
        [ProblemCode.TooDeep] = new("too-deep", "An input limit is exceeded", 400, 400, -32600),
        [ProblemCode.TooLarge] = new("too-large", "Request body too large", 413, 413, -32600),
        [ProblemCode.HeaderMismatch] = new("header-mismatch", "Header mismatch", 400, 400, -32020),
        [ProblemCode.UnsupportedVersion] = new("unsupported-version", "Unsupported protocol version", 400, 400, -32022),
        [ProblemCode.MissingCapability] = new("missing-capability", "A required client capability is missing", 400, 400, -32021),
        [ProblemCode.Conflict] = new("conflict", "Conflict", 409, 200, 40901),
        [ProblemCode.RateLimited] = new("rate-limited", "Too many requests", 429, 429, 42901),
        [ProblemCode.QuotaExceeded] = new("quota-exceeded", "Quota exceeded", 429, 429, 42902),
        [ProblemCode.UpstreamFailed] = new("upstream-failed", "An upstream failed", 502, 200, 50201),
        [ProblemCode.Unavailable] = new("unavailable", "Temporarily unavailable", 503, 503, 50301),
        [ProblemCode.Timeout] = new("timeout", "The request took too long", 504, 504, 50401),
        [ProblemCode.SecondFactorRequired] = new("second-factor-required", "A second factor is required", 401, 401, 40102),
        [ProblemCode.PreconditionFailed] = new("precondition-failed", "Precondition failed", 412, 200, 41201),
        [ProblemCode.TenantReadOnly] = new("tenant-read-only", "The tenant is read-only", 403, 403, 40305),
        [ProblemCode.PreconditionRequired] = new("precondition-required", "Precondition required", 428, 428, 42801),
        [ProblemCode.IdempotencyKeyReused] = new("idempotency-key-reused", "Idempotency key reused", 422, 422, 42201),
    }.ToFrozenDictionary();

    /// <summary>All codes with their rows, in the order of the enum.</summary>
    public static IEnumerable<KeyValuePair<ProblemCode, ProblemRow>> All => Rows.OrderBy(row => row.Key);

    /// <summary>The row of a code; an unknown code reads as <see cref="ProblemCode.Internal"/>.</summary>
    public static ProblemRow Row(ProblemCode code) =>
        Rows.TryGetValue(code, out var row) ? row : Rows[ProblemCode.Internal];
}
