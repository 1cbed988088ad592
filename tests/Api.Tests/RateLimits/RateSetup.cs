using System.Net.Http.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.RateLimits;

/// <summary>Rate limits over REST, told by intent.</summary>
internal static class RateSetup
{
    public static object Rule(int perMinute, int burst) => new { permitsPerMinute = perMinute, burst };

    /// <summary>Replaces the tenant's limits, whatever they were.</summary>
    public static async Task GivenLimits(this TenantClient tenant, object policy)
    {
        var changed = await tenant.PutLimits(policy, (await tenant.Rest(HttpMethod.Get, "rate-limits")).Header("ETag"));
        Assert.True(changed.Status == 200, changed.ToString());
    }

    public static Task<Reply> PutLimits(this TenantClient tenant, object policy, string? version, string? credential = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, new Uri(tenant.Platform.ManagementUrl, $"/v1/tenants/{tenant.Slug}/rate-limits")) { Content = JsonContent.Create(policy) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {credential ?? tenant.Platform.AdminKey}");
        request.Headers.TryAddWithoutValidation("If-Match", version is null ? [] : [version]);
        return tenant.Send(request);
    }

    /// <summary>How many of so many calls were served, all at once.</summary>
    public static async Task<int> ServedOf(this TenantClient client, int calls) =>
        (await Task.WhenAll(Enumerable.Range(0, calls).Select(_ => client.Call("tools/list")))).Count(reply => reply.Status == 200);
}
