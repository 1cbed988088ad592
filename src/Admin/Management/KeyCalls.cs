using Platform.Abstractions.Keys;

namespace Platform.Admin.Management;

/// <summary>Rotation and revocation of many keys, as REST has them.</summary>
internal static class KeyCalls
{
    public static Task<Answer<KeyIssued>> RotateKeyAsync(this ManagementClient management, string slug, string id, RotateKey command) => IsId(id)
        ? management.InTenantAsync<KeyIssued>(HttpMethod.Post, slug, $"/keys/{id}:rotate", command)
        : Task.FromResult(new Answer<KeyIssued>(ProblemView.NotFound()));

    public static Task<Answer<RevokedKeys>> RevokeKeysAsync(this ManagementClient management, string slug, RevokeKeys command) =>
        management.InTenantAsync<RevokedKeys>(HttpMethod.Post, slug, "/keys:batchRevoke", command);

    public static bool IsId(string id) => id is { Length: > 0 and <= 64 } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}

/// <summary>What became of the keys of a batch.</summary>
public sealed record RevokedKeys(IReadOnlyList<RevokedKey> Items);

/// <param name="Id">As it was given.</param>
/// <param name="Code">Why it was not revoked; null when it was.</param>
public sealed record RevokedKey(string Id, string? Code);
