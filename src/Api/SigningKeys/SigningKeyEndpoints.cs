using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenancy;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.SigningKeys;

/// <summary>A tenant's signing keys: what is public of them, and their rotation (AU-4).</summary>
internal static class SigningKeyEndpoints
{
    public static void MapSigningKeys(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/tenants/{tenant}/signing-keys", List).Needs("signing-keys/list", "signing-keys", "read")
            .AnswersPage<SigningKeyView>("Lists the public parts of signing keys.").OrderedBy("createdAt desc");
        v1.MapPost("/tenants/{tenant}/signing-keys:rotate", Rotate).Needs("signing-keys/rotate", "signing-keys", "write").Validate<RotateSigningKeys>()
            .Answers<SigningKeyView>("Makes the next signing key; the old one verifies until its tokens are gone.");
        v1.MapPost("/tenants/{tenant}/signing-keys:emergencyRotate", EmergencyRotate).Needs("signing-keys/emergency-rotate", "signing-keys", "write").InIncidents().WhileReadOnly()
            .AnswersList<SigningKeyView>("Replaces every signing key at once: tokens that they signed open nothing any more.");
    }

    private static async Task<IResult> List(string tenant, int? pageSize, string? pageToken, ManagementExchange exchange, TenantGrains grains) =>
        (await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown)
            ? Answer.PageOfAll(pageSize, pageToken, await grains.For(found.Id).The<IKeyRingGrain>().ListAsync(), key => $"{long.MaxValue - key.CreatedAt.UtcTicks:x16}{key.Kid}")
            : Answer.Refused(unknown);

    private static async Task<IResult> Rotate(string tenant, RotateSigningKeys command, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        var rotated = await grains.For(found.Id).The<IKeyRingGrain>().RotateAsync(command, exchange.Caller);
        if (rotated.Try(out var key, out _))
        {
            exchange.Entry.Target = $"{tenant}/{key.Kid}";
        }

        return Answer.Ok(rotated);
    }

    private static async Task<IResult> EmergencyRotate(string tenant, ManagementExchange exchange, TenantGrains grains)
    {
        if (!(await TenantEndpoints.FindAsync(tenant, exchange, grains)).Try(out var found, out var unknown))
        {
            return Answer.Refused(unknown);
        }

        var rotated = await grains.For(found.Id).The<IKeyRingGrain>().EmergencyRotateAsync(exchange.Caller);
        return rotated.Try(out var keys, out var refused) ? Answer.All(keys) : Answer.Refused(refused);
    }
}
