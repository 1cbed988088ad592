using System.Net.Http.Json;
using System.Security.Cryptography;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.RateLimits;

/// <summary>Rate-limit plans over REST, told by intent.</summary>
internal static class PlanSetup
{
    /// <summary>A new plan; its name.</summary>
    public static async Task<string> GivenPlan(this PlatformApplication platform, object plan)
    {
        var name = "p" + RandomNumberGenerator.GetHexString(12, lowercase: true);
        var made = await platform.Conditional(HttpMethod.Put, $"/v1/rate-limit-plans/{name}", plan, none: "*");
        Assert.True(made.Status == 201, made.ToString());
        return name;
    }

    public static async Task GivenPlanOf(this TenantClient tenant, string plan)
    {
        var path = $"/v1/tenants/{tenant.Slug}/rate-limit-plan";
        var version = (await tenant.Platform.Conditional(HttpMethod.Get, path)).Header("ETag");
        var given = await tenant.Platform.Conditional(HttpMethod.Put, path, new { plan }, version);
        Assert.True(given.Status == 200, given.ToString());
    }

    /// <summary>A request to the management API with its condition.</summary>
    public static Task<Reply> Conditional(this PlatformApplication platform, HttpMethod method, string path, object? body = null, string? match = null, string? none = null, string? credential = null)
    {
        var request = new HttpRequestMessage(method, new Uri(platform.ManagementUrl, path)) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {credential ?? platform.AdminKey}");
        request.Headers.TryAddWithoutValidation("If-Match", match is null ? [] : [match]);
        request.Headers.TryAddWithoutValidation("If-None-Match", none is null ? [] : [none]);
        return platform.Send(request);
    }
}
