using System.Net.Http.Headers;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Files;

/// <summary>Files over REST, told by intent.</summary>
internal static class FileClient
{
    public static Task<Reply> PutFile(this TenantClient tenant, string path, HttpContent content, string? ifMatch = null, string? ifNoneMatch = null, string? credential = null) =>
        tenant.File(HttpMethod.Put, path, request =>
        {
            request.Content = content;
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch is null ? [] : [ifMatch]);
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch is null ? [] : [ifNoneMatch]);
        }, credential);

    public static Task<Reply> PutFile(this TenantClient tenant, string path, string text, string? ifMatch = null, string? ifNoneMatch = null, string? credential = null) =>
        tenant.PutFile(path, new StringContent(text), ifMatch, ifNoneMatch, credential);

    public static Task<Reply> DeleteFile(this TenantClient tenant, string path, string? ifMatch = null, string? credential = null) =>
        tenant.File(HttpMethod.Delete, path, request => request.Headers.TryAddWithoutValidation("If-Match", ifMatch is null ? [] : [ifMatch]), credential);

    public static Task<Reply> GetFile(this TenantClient tenant, string path, string? credential = null, Action<HttpRequestHeaders>? more = null) =>
        tenant.File(HttpMethod.Get, path, request => more?.Invoke(request.Headers), credential);

    public static Task<Reply> File(this TenantClient tenant, HttpMethod method, string path, Action<HttpRequestMessage>? more = null, string? credential = null)
    {
        var request = tenant.FileRequest(method, path, credential);
        more?.Invoke(request);
        return tenant.Send(request);
    }

    public static HttpRequestMessage FileRequest(this TenantClient tenant, HttpMethod method, string path, string? credential = null)
    {
        var request = new HttpRequestMessage(method, new Uri(tenant.Platform.ManagementUrl, $"/v1/tenants/{tenant.Slug}/resources/files/{path}"));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {credential ?? tenant.Platform.AdminKey}");
        return request;
    }

    /// <summary>A management key of the tenant, of a role that may do this and nothing else.</summary>
    public static async Task<string> GivenFileManager(this TenantClient tenant, string[] allow, string[]? deny = null)
    {
        var role = await tenant.GivenRole(allow, deny);
        var issued = await tenant.Rest(HttpMethod.Post, "keys", new { name = "manager", roles = new[] { role }, kind = "management" });
        Assert.Equal(201, issued.Status);
        return issued.Json.GetProperty("secret").GetString()!;
    }

    public static async Task<long> BytesUsed(this TenantClient tenant) => (await tenant.Rest(HttpMethod.Get, "resources/files:usage")).Json.GetProperty("bytes").GetInt64();
}
