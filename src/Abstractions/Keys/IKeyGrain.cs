using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;

namespace Platform.Abstractions.Keys;

/// <summary>A freshly minted key, on its way from the index to its own grain.</summary>
[GenerateSerializer, Alias("store-key"), Immutable]
public sealed record StoreKey
{
    [Id(0)] public required KeyKind Kind { get; init; }

    /// <summary>The whole key; only its hash is kept.</summary>
    [Id(1)] public required string Token { get; init; }
    [Id(2)] public required string Name { get; init; }
    [Id(3)] public required string Principal { get; init; }
    [Id(4)] public required string[] Roles { get; init; }
    [Id(5)] public string[]? Scopes { get; init; }
    [Id(6)] public string[]? AllowedAddresses { get; init; }
    [Id(7)] public DateTimeOffset? ExpiresAt { get; init; }
    [Id(8)] public RateLimitRule? RateLimit { get; init; }
    [Id(9)] public string? Replaces { get; init; }

    /// <summary>Records print their members; this one has a secret.</summary>
    public override string ToString() => $"{Kind} key of {Principal}";
}

/// <summary>One API key. Key: <c>{tenant}/{keyId}</c>; management keys of the platform live under <c>_sys/</c>.</summary>
[Alias("key")]
public interface IKeyGrain : IGrainWithStringKey
{
    /// <summary>Stores a freshly minted key. Only the index of the tenant calls this.</summary>
    [Alias("store")]
    Task<Result<KeyView>> StoreAsync(StoreKey command, Caller caller);

    /// <summary>Compares the presented key in constant time; <c>unauthenticated</c> for every reason it may fail.</summary>
    [Alias("verify")]
    Task<Result<KeyVerdict>> VerifyAsync(string token);

    [Alias("get")]
    Task<Result<KeyView>> GetAsync();

    /// <summary>Revokes for good; a second time changes nothing. Pushed to API nodes before it is acknowledged.</summary>
    [Alias("revoke")]
    Task<Result<KeyView>> RevokeAsync(Caller caller);

    /// <summary>Notes the key that follows this one, and when this one ends: no later than it would have. Refuses a key that is not active or has a follower.</summary>
    [Alias("replace")]
    Task<Result<KeyView>> ReplaceAsync(string by, DateTimeOffset endsAt, Caller caller);
}

/// <summary>The keys of one tenant: issues them, lists them, knows which ids exist. Key: <c>{tenant}</c>.</summary>
[Alias("key-index")]
public interface IKeyIndexGrain : IGrainWithStringKey
{
    /// <summary>Mints and stores a key and answers its secret, this once.</summary>
    /// <param name="command">Validated; its own <see cref="IssueKey.Kind"/> is what REST was asked for and is not read here.</param>
    /// <param name="kind">What the key opens.</param>
    /// <param name="caller">Who asks, and holds what the key may do.</param>
    [Alias("issue")]
    Task<Result<KeyIssued>> IssueAsync(IssueKey command, KeyKind kind, Caller caller);

    /// <summary>Mints the key that follows another and answers its secret, this once; the other goes on for the overlap.</summary>
    [Alias("rotate")]
    Task<Result<KeyIssued>> RotateAsync(string id, RotateKey command, Caller caller);

    /// <summary>Newest first. <paramref name="after"/> is the last id of the page before.</summary>
    [Alias("page")]
    Task<KeyView[]> PageAsync(string? after, int pageSize, KeyFilter? filter = null);

    /// <summary>Every id that exists, so that API nodes can answer a forged id without touching storage.</summary>
    [Alias("ids")]
    Task<string[]> IdsAsync();

    /// <summary>A key tells its index how it now looks, after its row is on disk.</summary>
    [Alias("changed")]
    Task ChangedAsync(KeyView key);

    [Alias("policy")]
    Task<KeyPolicy> PolicyAsync();

    /// <param name="policy">From now on.</param>
    /// <param name="expected">What it is until now, or nothing is changed.</param>
    /// <param name="caller">Who says so.</param>
    [Alias("set-policy")]
    Task<Result<KeyPolicy>> SetPolicyAsync(KeyPolicy policy, KeyPolicy expected, Caller caller);
}

/// <summary>
/// Refuses keys whose id nobody has, with the hop and the hash that a wrong secret costs, and nothing else: no row, no state. Key: <c>{tenant}/{c}</c>, the
/// first character of the made-up id, so that there are few and they are everywhere.
/// </summary>
[Alias("key-decoy")]
public interface IKeyDecoyGrain : IGrainWithStringKey
{
    [Alias("refuse")]
    Task<Problem> RefuseAsync(string token);
}
