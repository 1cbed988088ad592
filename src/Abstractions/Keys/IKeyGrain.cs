using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Keys;

/// <summary>One API key. Key: <c>{tenant}/{keyId}</c>; management keys live under <c>_sys/</c>.</summary>
[Alias("key")]
public interface IKeyGrain : IGrainWithStringKey
{
    /// <summary>Stores a freshly minted key. Only the key ring of the tenant calls this.</summary>
    [Alias("store")]
    Task<Result<KeyView>> StoreAsync(IssueKey command, KeyKind kind, string token, string principal, Caller caller);

    /// <summary>Compares the presented key in constant time; <c>unauthenticated</c> for every reason it may fail.</summary>
    [Alias("verify")]
    Task<Result<KeyVerdict>> VerifyAsync(string token);

    [Alias("get")]
    Task<Result<KeyView>> GetAsync();

    /// <summary>Revokes for good; a second time changes nothing. Pushed to API nodes before it is acknowledged.</summary>
    [Alias("revoke")]
    Task<Result<KeyView>> RevokeAsync(Caller caller);
}

/// <summary>The keys of one tenant: issues them, lists them, knows which ids exist. Key: <c>{tenant}</c>.</summary>
[Alias("key-index")]
public interface IKeyIndexGrain : IGrainWithStringKey
{
    /// <summary>Mints and stores a key and answers its secret, this once.</summary>
    [Alias("issue")]
    Task<Result<KeyIssued>> IssueAsync(IssueKey command, KeyKind kind, Caller caller);

    /// <summary>Newest first. <paramref name="after"/> is the last id of the page before.</summary>
    [Alias("page")]
    Task<KeyView[]> PageAsync(string? after, int pageSize);

    /// <summary>Every id that exists, so that API nodes can answer a forged id without touching storage.</summary>
    [Alias("ids")]
    Task<string[]> IdsAsync();

    /// <summary>A key tells its index how it now looks, after its row is on disk.</summary>
    [Alias("changed")]
    Task ChangedAsync(KeyView key);
}
