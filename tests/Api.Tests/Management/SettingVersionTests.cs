using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Management;

/// <summary>What many administrators may set is changed only from what each of them saw.</summary>
public sealed class SettingVersionTests(Product product)
{
    public static TheoryData<string, string, string> Settings => new()
    {
        { "key-policy", """{"maxLifeDays":30}""", """{"maxLifeDays":60}""" },
        { "login-policy", """{"secondFactor":"admins"}""", """{"secondFactor":"everyone"}""" },
        { "guest-access", """{"enabled":true}""", """{"enabled":false}""" },
        { "audit-retention", """{"days":120}""", """{"days":180}""" },
        { "roles/{0}", """{"allow":["tools:read"]}""", """{"allow":["tools:call"]}""" },
    };

    [Theory, MemberData(nameof(Settings))]
    public async Task A_change_of_what_was_changed_meanwhile_is_refused(string path, string first, string second)
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        path = string.Format(System.Globalization.CultureInfo.InvariantCulture, path, await tenant.GivenRole(["tools:read", "prompts:read"]));
        var seen = (await tenant.Rest(HttpMethod.Get, path)).Header("ETag")!;

        Assert.Equal(428, (await Put(tenant, path, first, null)).Status);
        Assert.Equal(400, (await Put(tenant, path, first, "no tag")).Status);
        var changed = await Put(tenant, path, first, seen);
        Assert.Equal(200, changed.Status);
        Assert.Equal(412, (await Put(tenant, path, second, seen)).Status);
        Assert.Equal(changed.Header("ETag")!, (await tenant.Rest(HttpMethod.Get, path)).Header("ETag")!);
        Assert.Equal(200, (await Put(tenant, path, second, changed.Header("ETag")!)).Status);
    }

    [Fact]
    public async Task A_role_that_was_changed_meanwhile_is_not_deleted()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        var role = "roles/" + await tenant.GivenRole(["tools:read"]);
        var seen = (await tenant.Rest(HttpMethod.Get, role)).Header("ETag")!;
        Assert.Equal(200, (await Put(tenant, role, """{"allow":["tools:call"]}""", seen)).Status);

        Assert.Equal(428, (await tenant.Rest(HttpMethod.Delete, role)).Status);
        Assert.Equal(412, (await tenant.Rest(HttpMethod.Delete, role, ifMatch: seen)).Status);
        Assert.Equal(204, (await tenant.Rest(HttpMethod.Delete, role, ifMatch: "*")).Status);
    }

    private static Task<Reply> Put(TenantClient tenant, string path, string body, string? ifMatch) =>
        tenant.Rest(HttpMethod.Put, path, System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(body), ifMatch: ifMatch);
}
