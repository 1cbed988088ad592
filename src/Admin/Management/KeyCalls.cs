using Platform.Abstractions.Keys;
using Platform.Abstractions.Tenants;

namespace Platform.Admin.Management;

/// <summary>Searches, rotation and revocation of many keys, as REST has them.</summary>
internal static class KeyCalls
{
    /// <param name="management">Who asks.</param>
    /// <param name="slug">The tenant.</param>
    /// <param name="search">Further parameters of the query, each with its <c>&amp;</c>.</param>
    /// <param name="size">At most 200.</param>
    /// <param name="token">Of the page before.</param>
    public static Task<Answer<Page<KeyView>>> FindKeysAsync(this ManagementClient management, string slug, string search, int size, string? token) =>
        management.InTenantAsync<Page<KeyView>>(HttpMethod.Get, slug, "/keys" + ManagementClient.Paging(size, token) + search);

    public static Task<Answer<KeyIssued>> RotateKeyAsync(this ManagementClient management, string slug, string id, RotateKey command) => IsId(id)
        ? management.InTenantAsync<KeyIssued>(HttpMethod.Post, slug, $"/keys/{id}:rotate", command)
        : Task.FromResult(new Answer<KeyIssued>(ProblemView.NotFound()));

    /// <summary>Active keys that end before a moment: the newest 200 of them.</summary>
    public static Task<Answer<Page<KeyView>>> ExpiringKeysAsync(this ManagementClient management, string slug, DateTimeOffset before) =>
        management.InTenantAsync<Page<KeyView>>(HttpMethod.Get, slug, $"/keys?pageSize=200&status=active&expiresBefore={before.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}");

    public static Task<Answer<RevokedKeys>> RevokeKeysAsync(this ManagementClient management, string slug, RevokeKeys command) =>
        management.InTenantAsync<RevokedKeys>(HttpMethod.Post, slug, "/keys:batchRevoke", command);

    public static bool IsId(string id) => id is { Length: > 0 and <= 64 } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}

/// <summary>What became of the keys of a batch.</summary>
public sealed record RevokedKeys(IReadOnlyList<RevokedKey> Items);

/// <param name="Id">As it was given.</param>
/// <param name="Code">Why it was not revoked; null when it was.</param>
public sealed record RevokedKey(string Id, string? Code);
