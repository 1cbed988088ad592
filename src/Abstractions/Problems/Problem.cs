using Orleans.Runtime;
using Orleans.Storage;

namespace Platform.Abstractions.Problems;

/// <summary>One field that failed validation.</summary>
/// <param name="Name">JSON name of the member, dotted for nested members.</param>
/// <param name="Message">What is wrong and what would be right.</param>
[GenerateSerializer, Alias("field-error")]
public sealed record FieldError([property: Id(0)] string Name, [property: Id(1)] string Message);

/// <summary>
/// An expected refusal. <see cref="Detail"/> is shown to the caller: it never carries exception text, secrets, other tenants' names or paths.
/// </summary>
[GenerateSerializer, Alias("problem")]
public record Problem([property: Id(0)] ProblemCode Code, [property: Id(1)] string Detail)
{
    /// <summary>When the caller may try again; only for <see cref="ProblemCode.RateLimited"/> and outages.</summary>
    [Id(2)]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The members at fault, for validation failures.</summary>
    [Id(3)]
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    public static Problem Internal() => new(ProblemCode.Internal, "Internal server error.");

    /// <summary>What a failure below means to the caller: <see cref="ProblemCode.Unavailable"/> when a node was lost or stale, else <see cref="ProblemCode.Internal"/>.</summary>
    public static Problem Of(Exception failure) => failure is SiloUnavailableException or OrleansMessageRejectionException or InconsistentStateException
        ? new(ProblemCode.Unavailable, "A part of the platform was lost while this ran. It may have been done: look before you try again.")
        : Internal();

    public static Problem Unauthenticated(string detail = "A valid credential is required.") => new(ProblemCode.Unauthenticated, detail);

    public static Problem SecondFactorRequired() => new(ProblemCode.SecondFactorRequired, "Send the code of the authenticator, or a recovery code, too.");

    public static Problem PermissionDenied(string permission) => new(ProblemCode.PermissionDenied, $"This needs the permission '{permission}'.");

    public static Problem TenantNotFound() => new(ProblemCode.TenantNotFound, "There is no such tenant.");

    public static Problem TenantSuspended() => new(ProblemCode.TenantSuspended, "This tenant is suspended. Ask the platform's operator.");

    public static Problem TenantReadOnly() => new(ProblemCode.TenantReadOnly, "Nothing of this tenant can be changed for now; reading goes on.");

    public static Problem NotFound(string what) => new(ProblemCode.NotFound, $"There is no such {what}.");

    public static Problem ResourceNotFound() => new(ProblemCode.ResourceNotFound, "Resource not found");

    public static Problem InvalidParams(string detail) => new(ProblemCode.InvalidParams, detail);

    public static Problem InvalidRequest(string detail) => new(ProblemCode.InvalidRequest, detail);

    public static Problem Conflict(string detail) => new(ProblemCode.Conflict, detail);

    public static Problem PreconditionFailed() => new(ProblemCode.PreconditionFailed, "It was changed since it was read, or is not as the request expects. Read it again.");

    public static Problem QuotaExceeded(string detail) => new(ProblemCode.QuotaExceeded, detail);

    public static Problem RateLimited(TimeSpan retryAfter) =>
        new(ProblemCode.RateLimited, "The rate limit of this credential is used up.") { RetryAfter = retryAfter };

    public static Problem Invalid(IReadOnlyList<FieldError> errors) =>
        new(ProblemCode.InvalidParams, "One or more members are invalid.") { Errors = errors };
}
