using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Idempotency;

/// <summary>
/// What became of one request that carries an <c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header-07). Key:
/// <c>{tenant of the caller}/{hash of the caller and of the key}</c>. Kept for 24 h.
/// </summary>
[Alias("idempotency")]
public interface IIdempotencyGrain : IGrainWithStringKey
{
    /// <summary>Claims the key for a request, or says what became of the one that claimed it. On disk before it is answered.</summary>
    /// <param name="fingerprint">Of method, target and body.</param>
    [Alias("begin")]
    Task<IdempotencyVerdict> BeginAsync(string fingerprint);

    /// <summary>Keeps the answer for those who ask again.</summary>
    [Alias("complete")]
    Task CompleteAsync(string fingerprint, KeptAnswer answer);

    /// <summary>Nothing was done: the key is free again.</summary>
    [Alias("release")]
    Task ReleaseAsync(string fingerprint);
}

/// <summary>What to do with a request that carries an <c>Idempotency-Key</c>.</summary>
public enum IdempotencyState
{
    /// <summary>The key was used for another request.</summary>
    Different = 0,

    /// <summary>The same request is being served, or nobody knows how it ended; ask again.</summary>
    UnderWay = 1,

    /// <summary>Serve it: the key is now this request's.</summary>
    Begun = 2,

    /// <summary>It was served: answer again as then.</summary>
    Answered = 3,
}

/// <param name="State">What to do.</param>
/// <param name="Answer">With <see cref="IdempotencyState.Answered"/> only.</param>
[GenerateSerializer, Alias("idempotency-verdict"), Immutable]
public sealed record IdempotencyVerdict([property: Id(0)] IdempotencyState State, [property: Id(1)] KeptAnswer? Answer);

/// <summary>An answer of REST without what is revealed only once.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Location">Of what was made.</param>
/// <param name="Json">The body; null when there was none.</param>
/// <param name="Trail">Whose audit trail has the event.</param>
/// <param name="Target">As the event says it.</param>
/// <param name="ETag">Of the version that was made; null where there was none.</param>
/// <param name="Operation">Where the work that goes on is read; null where none does.</param>
[GenerateSerializer, Alias("kept-answer"), Immutable]
public sealed record KeptAnswer(
    [property: Id(0)] int Status,
    [property: Id(1)] string? Location,
    [property: Id(2)] string? Json,
    [property: Id(3)] TenantId Trail,
    [property: Id(4)] string? Target,
    [property: Id(5)] string? ETag = null,
    [property: Id(6)] string? Operation = null);
