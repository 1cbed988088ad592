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
}
