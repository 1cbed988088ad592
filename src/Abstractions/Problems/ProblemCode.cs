namespace Platform.Abstractions.Problems;

/// <summary>Every refusal the platform can answer. The default is the one that tells nothing.</summary>
public enum ProblemCode
{
    Internal = 0,
    Unauthenticated,
    PermissionDenied,
    OriginDenied,
    HostDenied,
    TenantSuspended,
    TenantNotFound,
    NotFound,
    SessionNotFound,
    ResourceNotFound,
    MethodNotFound,
    MethodNotAllowed,
    NotAcceptable,
    UnsupportedMediaType,
    InvalidParams,
    InvalidRequest,
    MissingMetadata,
    Malformed,
    TooDeep,
    TooLarge,
    HeaderMismatch,
    UnsupportedVersion,
    MissingCapability,
    Conflict,
    RateLimited,
    QuotaExceeded,
    UpstreamFailed,
    Unavailable,
    Timeout,

    /// <summary>The password is right; a code of the authenticator is needed too.</summary>
    SecondFactorRequired,

    /// <summary>What is there is not what the caller's <c>If-Match</c> or <c>If-None-Match</c> says (RFC 9110, 15.5.13).</summary>
    PreconditionFailed,

    /// <summary>The change must say what it changes, by <c>If-Match</c> (RFC 6585, 3).</summary>
    PreconditionRequired,

    /// <summary>The <c>Idempotency-Key</c> belongs to another request.</summary>
    IdempotencyKeyReused,
    /// <summary>Nothing of the tenant may be changed for now; reads go on.</summary>
    TenantReadOnly,
}
