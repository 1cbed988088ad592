using Platform.Abstractions.Keys;
using Platform.Abstractions.Tenants;

namespace Platform.Admin.Management;

/// <summary>Keys of a tenant or, where the slug is null, the platform's management keys, as REST has them.</summary>
internal static class KeyCalls
{
    public static Task<Answer<Page<KeyView>>> KeysAsync(this ManagementClient management, string? slug, int size, string? token) => management.FindKeysAsync(slug, "", size, token);

    /// <param name="management">Who asks.</param>
    /// <param name="slug">The tenant; null for the platform.</param>
    /// <param name="search">Further parameters of the query, each with its <c>&amp;</c>.</param>
    /// <param name="size">At most 200.</param>
    /// <param name="token">Of the page before.</param>
    public static Task<Answer<Page<KeyView>>> FindKeysAsync(this ManagementClient management, string? slug, string search, int size, string? token) =>
        management.OfKeysAsync<Page<KeyView>>(HttpMethod.Get, slug, ManagementClient.Paging(size, token) + search);

    public static Task<Answer<KeyIssued>> IssueKeyAsync(this ManagementClient management, string? slug, IssueKey command) => management.OfKeysAsync<KeyIssued>(HttpMethod.Post, slug, "", command);

    public static Task<Answer<KeyView>> KeyAsync(this ManagementClient management, string? slug, string id) => OfKeyAsync(management, HttpMethod.Get, slug, id, "");

    public static Task<Answer<KeyView>> RevokeKeyAsync(this ManagementClient management, string? slug, string id) => OfKeyAsync(management, HttpMethod.Post, slug, id, ":revoke");

    public static Task<Answer<KeyIssued>> RotateKeyAsync(this ManagementClient management, string? slug, string id, RotateKey command) => IsId(id)
        ? management.OfKeysAsync<KeyIssued>(HttpMethod.Post, slug, $"/{id}:rotate", command)
        : Task.FromResult(new Answer<KeyIssued>(ProblemView.NotFound()));

    /// <summary>Active keys that end before a moment: the newest 200 of them.</summary>
    public static Task<Answer<Page<KeyView>>> ExpiringKeysAsync(this ManagementClient management, string slug, DateTimeOffset before) =>
        management.FindKeysAsync(slug, $"&status=active&expiresBefore={before.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}", 200, null);

    public static Task<Answer<RevokedKeys>> RevokeKeysAsync(this ManagementClient management, string? slug, RevokeKeys command) =>
        management.OfKeysAsync<RevokedKeys>(HttpMethod.Post, slug, ":batchRevoke", command);

    internal static Task<Answer<T>> OfKeysAsync<T>(this ManagementClient management, HttpMethod method, string? slug, string rest, object? body = null) =>
        slug is null ? management.SendAsync<T>(method, "v1/management-keys" + rest, body) : management.InTenantAsync<T>(method, slug, "/keys" + rest, body);

    private static Task<Answer<KeyView>> OfKeyAsync(ManagementClient management, HttpMethod method, string? slug, string id, string verb) => IsId(id)
        ? management.OfKeysAsync<KeyView>(method, slug, $"/{id}{verb}")
        : Task.FromResult(new Answer<KeyView>(ProblemView.NotFound()));

    public static bool IsId(string id) => id is { Length: > 0 and <= 64 } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}

/// <summary>What became of the keys of a batch.</summary>
public sealed record RevokedKeys(IReadOnlyList<RevokedKey> Items);

/// <param name="Id">As it was given.</param>
/// <param name="Code">Why it was not revoked; null when it was.</param>
public sealed record RevokedKey(string Id, string? Code);
