using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Audit;

/// <summary>One event on its way to the chain.</summary>
/// <param name="EventId">Makes a retry safe: the same id is stored once. Version 7, so ids made together lie together.</param>
/// <param name="At">When it happened, UTC.</param>
/// <param name="Record">The canonical record, UTF-8 JSON; hashed and stored as it is. Not to be changed once handed over.</param>
[GenerateSerializer, Alias("audit-event"), Immutable]
public sealed record AuditEvent([property: Id(0)] Guid EventId, [property: Id(1)] DateTimeOffset At, [property: Id(2)] byte[] Record)
{
    /// <summary>Whose HMACs go into the record before it is hashed and stored, in the order of their places. A silo of the version before leaves them out.</summary>
    [Id(3)] public HashedValue[] Hashed { get => field ?? []; init; }
}

/// <summary>Events that travel and commit together.</summary>
[GenerateSerializer, Alias("audit-batch"), Immutable]
public sealed record AuditBatch([property: Id(0)] AuditEvent[] Events)
{
    /// <summary>
    /// What is to be told of requests that are about to run, should nothing else be told of them. Not part of the chain: the outcome of the request ends it (<see cref="AuditIntent"/>).
    /// A silo of the version before sends none.
    /// </summary>
    [Id(1)] public AuditEvent[] Intents { get => field ?? []; init; }
}

/// <summary>A tenant's audit chain. Key: <c>{tenant}/{shard}</c>. Reentrant: appends that arrive together share one commit.</summary>
[Alias("audit-stream")]
public interface IAuditStreamGrain : IGrainWithStringKey
{
    /// <summary>Returns after all events and intents are on disk; throws when they may not be. Repeating it is safe.</summary>
    [Alias("append")]
    Task AppendAsync(AuditBatch batch);

    /// <summary>Newest first, below <paramref name="before"/> when given.</summary>
    [Alias("page")]
    Task<AuditEventView[]> PageAsync(long? before, int pageSize);

    /// <summary>Oldest first, from <paramref name="from"/> on (1 is the first event).</summary>
    [Alias("read")]
    Task<AuditEventView[]> ReadAsync(long from, int count);

    /// <summary>Headers of sealed segments as signed statements, oldest first, from a number on (1 is the first).</summary>
    [Alias("segments")]
    Task<string[]> SegmentsAsync(long from, int count);

    /// <summary>The signed <see cref="PrunedTrail"/>; null while all records are kept.</summary>
    [Alias("pruned")]
    Task<string?> PrunedAsync();

    /// <summary>What this trail has in the place of a value; <c>not-found</c> when it has no HMAC of anything, <c>unavailable</c> when the vault is out of reach.</summary>
    /// <param name="digest">Of the value, as <see cref="HashedValue"/> says.</param>
    [Alias("hmac")]
    Task<Result<string>> HmacAsync(byte[] digest);

    /// <summary>The end of the chain as a signed <see cref="AuditCheckpoint"/>; <c>unavailable</c> when the audit keys are out of reach.</summary>
    [Alias("checkpoint")]
    Task<Result<string>> CheckpointAsync();

    /// <summary>Signs what was exported, as a <see cref="BundleSeal"/> of this tenant.</summary>
    /// <param name="sha256">Of the bundle without its seal; lower-case hexadecimal.</param>
    [Alias("sign-bundle")]
    Task<Result<string>> SignBundleAsync(string sha256);

    /// <summary>Recomputes the whole chain from storage, checks it against all sealed segments, and compares the end with the one in memory.</summary>
    /// <remarks>Reads everything: ten minutes are allowed, and those who ask meanwhile share the walk under way.</remarks>
    [Alias("verify"), ResponseTimeout("00:10:00")]
    Task<AuditVerification> VerifyAsync();
}
