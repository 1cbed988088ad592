using System.Text.Json.Nodes;
using Platform.Abstractions.ClientCertificates;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.PersonalData;

/// <summary>Client certificates that are registered for the person, with the name that is in them.</summary>
internal sealed class PersonalCertificates(TenantGrains grains) : IPersonalStore
{
    public string Name => "client-certificates";

    public async ValueTask<JsonArray> ReadAsync(TenantId tenant, string principal, CancellationToken cancel) =>
        [.. (await OfAsync(tenant, principal)).Select(certificate => new JsonObject
        {
            ["id"] = certificate.Id,
            ["name"] = certificate.Name,
            ["thumbprint"] = certificate.Thumbprint,
            ["subject"] = certificate.Subject?.Value,
            ["createdAt"] = certificate.CreatedAt,
            ["expiresAt"] = certificate.ExpiresAt,
        })];

    public async ValueTask<Problem?> EraseAsync(PersonErasure erasure, CancellationToken cancel)
    {
        foreach (var certificate in await OfAsync(erasure.Tenant, erasure.Principal))
        {
            if (await grains.For(erasure.Tenant).The<IClientCertificatesGrain>().RevokeAsync(certificate.Id, erasure.Caller) is { Code: not ProblemCode.NotFound } refused)
            {
                return refused;
            }
        }

        return null;
    }

    private async Task<ClientCertificateView[]> OfAsync(TenantId tenant, string principal) =>
        Array.FindAll(await grains.For(tenant).The<IClientCertificatesGrain>().ListAsync(), certificate => string.Equals(certificate.Principal, principal, StringComparison.Ordinal));
}
