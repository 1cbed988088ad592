using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Platform.Abstractions.Incidents;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Incidents;

/// <summary>The incident that a route names, when it exists: an id that does not must not activate a grain, nor be repeated in the trail. Minimal APIs bind it as a parameter.</summary>
/// <param name="Owner">Whose it is, or why there is none.</param>
/// <param name="Id">Of the incident.</param>
internal sealed record IncidentRoute(Result<TenantId> Owner, string Id)
{
    /// <summary>The name that the incident has in routes.</summary>
    public const string Parameter = "incident";

    public static async ValueTask<IncidentRoute?> BindAsync(HttpContext http)
    {
        var (route, exchange) = (await RouteTenant.BindAsync(http), ManagementExchange.Of(http)!);
        var id = http.Request.RouteValues[Parameter] as string ?? "";
        if (!route!.Id.Try(out var owner, out _))
        {
            return new IncidentRoute(route.Id, id);
        }

        var grains = http.RequestServices.GetRequiredService<TenantGrains>();
        if (!IncidentId.IsValid(id) || (await grains.For(owner).The<IIncidentIndexGrain>().FindAsync(id)).Problem is not null)
        {
            return new IncidentRoute(Problem.NotFound("incident"), id);
        }

        exchange.Entry.Target = $"{exchange.Entry.Target}/{id}";
        return new IncidentRoute(owner, id);
    }
}
