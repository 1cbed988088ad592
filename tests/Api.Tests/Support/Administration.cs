using System.Security.Cryptography;
using System.Text.Json;
using Platform.Testing;

namespace Platform.Api.Tests.Support;

/// <summary>Roles and principals over REST, told by intent.</summary>
internal static class Administration
{
    public static string RoleName() => "r" + RandomNumberGenerator.GetHexString(10, lowercase: true);

    /// <summary>The name of a new role of the tenant.</summary>
    public static async Task<string> GivenRole(this TenantClient tenant, string[]? allow = null, string[]? deny = null, string[]? inherits = null)
    {
        var name = RoleName();
        Assert.Equal(201, (await tenant.Rest(HttpMethod.Post, "roles", new { name, allow, deny, inherits })).Status);
        return name;
    }

    /// <summary>The id of a new principal.</summary>
    public static async Task<string> GivenPrincipal(this TenantClient tenant, string kind = "user", string[]? roles = null, string[]? groups = null)
    {
        var made = await tenant.Rest(HttpMethod.Post, "principals", new { kind, displayName = "somebody", roles, groups });
        Assert.Equal(201, made.Status);
        return made.Json.GetProperty("id").GetString()!;
    }

    /// <summary>Replaces the roles of the principal behind this key.</summary>
    public static async Task SetRoles(this TenantClient tenant, object body) =>
        Assert.Equal(200, (await tenant.Rest(HttpMethod.Post, $"principals/svc_{tenant.KeyId}:setRoles", body)).Status);

    /// <summary>A management key of an operator who may do this and nothing else, and the id of the key.</summary>
    public static async Task<(string Secret, string KeyId)> GivenOperator(this PlatformApplication platform, params string[] allow)
    {
        var role = RoleName();
        Assert.Equal(201, (await platform.Rest(HttpMethod.Post, "/v1/platform/roles", new { name = role, allow })).Status);
        var issued = await platform.Rest(HttpMethod.Post, "/v1/management-keys", new { name = "operator", roles = new[] { role } });
        Assert.Equal(201, issued.Status);
        return (issued.Json.GetProperty("secret").GetString()!, issued.Json.GetProperty("key").GetProperty("id").GetString()!);
    }

    /// <summary>A management request about this tenant.</summary>
    public static Task<Reply> Rest(this TenantClient tenant, HttpMethod method, string path, object? body = null, string? credential = null, string? ifMatch = null) =>
        tenant.Platform.Rest(method, $"/v1/tenants/{tenant.Slug}/{path}", body, credential, ifMatch);

    public static JsonElement[] Items(this Reply reply) => [.. reply.Json.GetProperty("items").EnumerateArray()];
}
