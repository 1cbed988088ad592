using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;

namespace Platform.Api.Tenants;

/// <summary>Whose things a route is about: the tenant that it names, or the platform's own where the route says so. Minimal APIs bind it as a parameter.</summary>
/// <param name="Path">What its routes begin with.</param>
/// <param name="Id">Or why there is none.</param>
internal sealed record RouteTenant(string Path, Result<TenantId> Id)
{
    public static async ValueTask<RouteTenant?> BindAsync(HttpContext http)
    {
        var exchange = ManagementExchange.Of(http) ?? throw new InvalidOperationException("The gate did not see this request.");
        if (http.GetEndpoint()?.Metadata.GetMetadata<PlatformsOwn>() is not null)
        {
            exchange.Entry.Target ??= TenantId.Platform.ToString();
            return new RouteTenant("/v1/platform", TenantId.Platform);
        }

        var slug = http.GetRouteValue("tenant") as string ?? throw new InvalidOperationException("The route names no tenant.");
        var found = await TenantEndpoints.FindAsync(slug, exchange, http.RequestServices.GetRequiredService<TenantGrains>());
        return new RouteTenant($"/v1/tenants/{slug}", found.Try(out var tenant, out var unknown) ? tenant.Id : unknown);
    }
}

/// <summary>Marks a route as one of the platform's own things.</summary>
internal sealed class PlatformsOwn;

internal static class RouteTenantExtensions
{
    public static RouteHandlerBuilder OfThePlatform(this RouteHandlerBuilder route) => route.WithMetadata(new PlatformsOwn());
}
