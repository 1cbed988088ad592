using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Problems;
using Platform.Api.Authentication;
using Platform.Api.Authentication.Tokens;
using Platform.Api.ClientCertificates;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Admission;

/// <summary>Access tokens and client certificates at the management API. The tenant comes from the path, so a stranger's answer is that of a tenant that does not exist.</summary>
internal sealed class TenantCallers(TenantCache tenants, TokenAuthenticator tokens, CertificateCallers certificates) : ITenantCallers
{
    public async ValueTask<AuthenticatedCaller?> FindAsync(HttpContext http, Credential presented)
    {
        if (http.Request.RouteValues[TenantReach.Parameter] is not string slug || !(await tenants.FindAsync(slug)).Try(out var tenant, out _))
        {
            return null;
        }

        var asking = presented switch
        {
            { Bearer: { } token } => tokens.AuthenticateAsync(tenant, token, TokenUse.Management),
            { Certificate: { } certificate } => certificates.AuthenticateAsync(tenant.Id, certificate),
            _ => ValueTask.FromResult<Result<AuthenticatedCaller>>(Problem.Unauthenticated()),
        };
        return (await asking).Try(out var caller, out _) ? caller : null;
    }
}
