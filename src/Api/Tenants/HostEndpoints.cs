using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;

namespace Platform.Api.Tenants;

/// <summary>A tenant's own host names. Nobody proves here that a name is theirs, so adding and removing is for operators; a tenant's own callers see the list.</summary>
internal static class HostEndpoints
{
    public static void MapHosts(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/tenants/{tenant}/hosts", List).Needs("hosts/list", "hosts", "read")
            .AnswersPage<TenantHostView>("Lists the host names of a tenant.").OrderedBy("host");
        v1.MapPost("/tenants/{tenant}/hosts", Add).Needs("hosts/add", "hosts", "write").ForPlatform().Validate<AddTenantHost>()
            .Creates<TenantHostView>("Gives a tenant a host name.");
        v1.MapDelete("/tenants/{tenant}/hosts/{host}", Remove).Needs("hosts/remove", "hosts", "write").ForPlatform()
            .AnswersNothing("Takes a host name from a tenant.");
    }

    private static async Task<IResult> List(string tenant, int? pageSize, string? pageToken, ManagementExchange exchange, TenantGrains grains, HostDirectory directory) =>
        (await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown)
            ? Answer.PageOfAll(pageSize, pageToken, found.Hosts.Select(host => View(found.Slug, host, directory)), host => host.Host)
            : Answer.Refused(unknown);

    private static async Task<IResult> Add(string tenant, AddTenantHost command, ManagementExchange exchange, TenantGrains grains, HostDirectory directory)
    {
        if (!(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        exchange.Entry.Target = $"{tenant}/{command.Host}";
        if (directory.IsReserved(command.Host))
        {
            return Answer.Refused(Problem.Invalid([new FieldError("host", "This name is the platform's own; choose one outside its domain.")]));
        }

        return await grains.Platform.Get<ITenantHostGrain>(command.Host).ClaimAsync(found.Id, exchange.Caller) is { } refused
            ? Answer.Refused(refused)
            : Results.Created($"/v1/tenants/{tenant}/hosts/{command.Host}", View(found.Slug, command.Host, directory));
    }

    private static async Task<IResult> Remove(string tenant, string host, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        exchange.Entry.Target = $"{tenant}/{host}";

        // A name that the tenant does not have must not activate a grain.
        if (!found.Hosts.Contains(host, StringComparer.Ordinal))
        {
            return Answer.Refused(Problem.NotFound("host"));
        }

        return await grains.Platform.Get<ITenantHostGrain>(host).ReleaseAsync(found.Id, exchange.Caller) is { } refused
            ? Answer.Refused(refused)
            : Results.NoContent();
    }

    private static TenantHostView View(string slug, string host, HostDirectory directory) => new(host, $"{directory.TenantAt(slug, host).Site}/mcp");
}
