using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Roles;
using Platform.Api.Management;

namespace Platform.Api.Roles;

internal static class RoleEndpoints
{
    public static void MapRoles(this IEndpointRouteBuilder v1) => v1.MapGet("/roles", List).Needs("roles/list", "roles", "read").ForEverybody();

    private static IResult List() =>
        Results.Ok(new { Items = BuiltInRoles.All.OrderBy(role => role.Key, StringComparer.Ordinal).Select(role => new { Name = role.Key, Grants = role.Value }) });
}
