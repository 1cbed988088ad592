using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Keys;

/// <summary>The keys that a route speaks of: those of the tenant in its path, or the platform's own where there is none.</summary>
/// <param name="Slug">Null for the platform. No slug can be <c>_sys</c>: it has a character that slugs do not have.</param>
internal sealed record KeySet(string? Slug)
{
    /// <summary>For the trail.</summary>
    public string Name => Slug ?? TenantId.Platform.ToString();

    public string Path => Slug is null ? "/v1/management-keys" : $"/v1/tenants/{Slug}/keys";

    /// <summary>Minimal APIs bind it as a parameter.</summary>
    public static ValueTask<KeySet?> BindAsync(HttpContext http) => ValueTask.FromResult<KeySet?>(new KeySet(http.Request.RouteValues[TenantReach.Parameter] as string));

    public async ValueTask<Result<TenantId>> OwnerAsync(ManagementExchange exchange, TenantGrains grains)
    {
        if (Slug is null)
        {
            return TenantId.Platform;
        }

        return (await TenantEndpoints.FindAsync(Slug, exchange, grains)).Try(out var found, out var unknown) ? found.Id : unknown;
    }

    /// <summary>The tenant that has this key.</summary>
    public async ValueTask<Result<TenantId>> FindAsync(string key, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await OwnerAsync(exchange, grains)).Try(out var owner, out var unknown))
        {
            return unknown;
        }

        exchange.Entry.Target = $"{Name}/{key}";

        // An id that does not exist must not activate a grain.
        return IsId(key) && (await grains.For(owner).The<IKeyIndexGrain>().IdsAsync()).Contains(key, StringComparer.Ordinal)
            ? owner
            : Problem.NotFound("key");
    }

    public static bool IsId(string text) => text.Length == KeyToken.IdLength && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));
}
