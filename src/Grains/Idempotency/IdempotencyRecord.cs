using System.Text.Json.Serialization;
using Platform.Abstractions.Idempotency;
using Platform.Grains.Storage;

namespace Platform.Grains.Idempotency;

/// <summary>The life of one idempotency key.</summary>
public sealed record IdempotencyRecord : IProjected
{
    /// <summary>How long an answer is given again.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>How long a request may be under way. One that is not heard of for so long died with its node, and may be tried again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Of the request that has the key; null when nobody has it.</summary>
    public string? Fingerprint { get; init; }

    public KeptAnswer? Answer { get; init; }

    public DateTimeOffset Until { get; init; }

    [JsonIgnore]
    public string? Info => null;

    [JsonIgnore]
    public DateTimeOffset? ExpiresAt => Fingerprint is null ? null : Until;

    public IdempotencyVerdict Ask(string fingerprint, DateTimeOffset now) =>
        Fingerprint is null || Until <= now ? new IdempotencyVerdict(IdempotencyState.Begun, null)
        : !string.Equals(Fingerprint, fingerprint, StringComparison.Ordinal) ? new IdempotencyVerdict(IdempotencyState.Different, null)
        : Answer is null ? new IdempotencyVerdict(IdempotencyState.UnderWay, null)
        : new IdempotencyVerdict(IdempotencyState.Answered, Answer);

    public static IdempotencyRecord Begin(string fingerprint, DateTimeOffset now) => new() { Fingerprint = fingerprint, Until = now + Patience };

    public IdempotencyRecord Complete(KeptAnswer answer, DateTimeOffset now) => this with { Answer = answer, Until = now + Kept };

    /// <summary>Whether the request still has the key: one that took too long may have lost it.</summary>
    public bool IsOf(string fingerprint) => Answer is null && string.Equals(Fingerprint, fingerprint, StringComparison.Ordinal);
}
