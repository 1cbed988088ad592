using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.Secrets;
using Platform.Abstractions.Tenancy;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Secrets;

/// <summary>Secrets of a tenant and of the platform: names and versions. No route gives a value, or takes one.</summary>
internal static class SecretEndpoints
{
    public static void MapSecrets(this IEndpointRouteBuilder v1)
    {
        Map(v1, "/tenants/{tenant}/secrets", "secrets");
        Map(v1, "/platform/secrets", "platform-secrets").OfThePlatform();
    }

    private static RouteHandlerBuilder Map(IEndpointRouteBuilder v1, string path, string area) =>
        v1.MapGet(path, List).Needs($"{area}/list", area, "read")
            .AnswersPage<SecretView>("Lists secrets by name, with their versions and what uses them; never a value.").OrderedBy("name");

    private static async Task<IResult> List(RouteTenant owner, int? pageSize, string? pageToken, TenantGrains grains)
    {
        if (!Answer.Page(pageSize, pageToken, key => SecretName.IsValid(key)).Try(out var page, out var refused) || !owner.Id.Try(out var tenant, out refused))
        {
            return Answer.Refused(refused);
        }

        return (await grains.For(tenant).The<ISecretListGrain>().PageAsync(page.After, page.Size)).Try(out var found, out refused)
            ? Answer.Page(found.Items, found.Next)
            : Answer.Refused(refused);
    }
}
