using System.Globalization;
using System.Text;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Resources;

/// <summary>Memory resources over REST, as somebody with a management key of the tenant, or as the operator.</summary>
internal sealed record MemoryClient(TenantClient Tenant, string? Credential = null)
{
    public string Path(string key = "") => $"/v1/tenants/{Tenant.Slug}/resources/memory{key}";

    /// <summary>Somebody who manages with these permissions and no others.</summary>
    public async Task<MemoryClient> GivenManager(string[] allow, string[]? deny = null)
    {
        var role = await Tenant.GivenRole(allow, deny);
        var made = await Tenant.Rest(HttpMethod.Post, "keys", new { name = "manager", roles = new[] { role }, kind = "management" });
        Assert.Equal(201, made.Status);
        return this with { Credential = made.Json.GetProperty("secret").GetString()! };
    }

    public Task<Reply> Put(string key, string text, string? type = "text/plain", string query = "", params (string Name, string Value)[] headers) =>
        Put(key, Encoding.UTF8.GetBytes(text), type, query, headers);

    public Task<Reply> Put(string key, byte[] value, string? type, string query = "", params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Put, $"/{key}{query}", new ByteArrayContent(value), type, headers);

    public Task<Reply> Get(string key, params (string Name, string Value)[] headers) => Send(HttpMethod.Get, $"/{key}", null, null, headers);

    public Task<Reply> Delete(string key, params (string Name, string Value)[] headers) => Send(HttpMethod.Delete, $"/{key}", null, null, headers);

    public Task<Reply> Post(string key, string body, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Post, $"/{key}", new StringContent(body), "application/json", headers);

    public Task<Reply> List(string query = "") => Send(HttpMethod.Get, query, null, null);

    public Task<Reply> Usage() => Send(HttpMethod.Get, ":usage", null, null);

    public static string[] KeysOf(Reply page) => [.. page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("key").GetString()!)];

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    public HttpRequestMessage Request(HttpMethod method, string rest)
    {
        var request = new HttpRequestMessage(method, new Uri(Tenant.Platform.ManagementUrl, Path(rest)));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Credential ?? Tenant.Platform.AdminKey}");
        return request;
    }

    public Task<Reply> Send(HttpMethod method, string rest, HttpContent? content, string? type, params (string Name, string Value)[] headers)
    {
        var request = Request(method, rest);
        request.Content = content;
        content?.Headers.Remove("Content-Type");
        if (type is not null)
        {
            content?.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return Tenant.Platform.Send(request);
    }
}
