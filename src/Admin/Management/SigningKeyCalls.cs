using Platform.Abstractions.SigningKeys;

namespace Platform.Admin.Management;

/// <summary>A tenant's ring of signing keys, as REST has it.</summary>
internal static class SigningKeyCalls
{
    public static Task<Answer<SigningKeyList>> SigningKeysAsync(this ManagementClient management, string slug) =>
        management.InTenantAsync<SigningKeyList>(HttpMethod.Get, slug, "/signing-keys?pageSize=200");

    public static Task<Answer<SigningKeyView>> RotateSigningKeysAsync(this ManagementClient management, string slug, RotateSigningKeys command) =>
        management.InTenantAsync<SigningKeyView>(HttpMethod.Post, slug, "/signing-keys:rotate", command);

    /// <summary>Retires every key at once, and what they signed with them.</summary>
    public static Task<Answer<SigningKeyList>> EmergencyRotateAsync(this ManagementClient management, string slug) =>
        management.InTenantAsync<SigningKeyList>(HttpMethod.Post, slug, "/signing-keys:emergencyRotate");
}

public sealed record SigningKeyList(IReadOnlyList<SigningKeyView> Items);
