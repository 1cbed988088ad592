using System.Net.Http.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.IdentityProviders;

/// <summary>Changes on the condition that nobody else was faster.</summary>
internal static class ProviderChanges
{
    public static Task<Reply> Put(this TenantClient tenant, string path, object body, string? ifMatch, string? credential = null) => tenant.Conditional(HttpMethod.Put, path, body, ifMatch, credential);

    public static Task<Reply> Conditional(this TenantClient tenant, HttpMethod method, string path, object? body, string? ifMatch, string? credential = null)
    {
        var request = new HttpRequestMessage(method, new Uri(tenant.Platform.ManagementUrl, $"/v1/tenants/{tenant.Slug}/{path}")) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {credential ?? tenant.Platform.AdminKey}");
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch is null ? [] : [ifMatch]);
        return tenant.Send(request);
    }
}
