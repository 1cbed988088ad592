using Platform.Abstractions.Keys;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Authentication;
using Platform.Api.Authentication.Tokens;
using Platform.Api.ClientCertificates;

namespace Platform.Api.Mcp;

/// <summary>Who presents a credential at a tenant's endpoint: a key, an access token, or a client certificate.</summary>
internal sealed class McpCredentials(CallerCache callers, TokenAuthenticator tokens, CertificateCallers certificates)
{
    public async ValueTask<Result<AuthenticatedCaller>> AuthenticateAsync(TenantView tenant, Credential credential, string? address)
    {
        var asking = credential switch
        {
            { Bearer: { } bearer } => JwtForm.IsMeant(bearer) ? tokens.AuthenticateAsync(tenant, bearer, TokenUse.Mcp) : callers.AuthenticateAsync(tenant.Id, KeyKind.Mcp, bearer, address),
            { Certificate: { } certificate } => certificates.AuthenticateAsync(tenant.Id, certificate),
            _ => ValueTask.FromResult<Result<AuthenticatedCaller>>(Problem.Unauthenticated()),
        };
        if (!(await asking).Try(out var caller, out var refused))
        {
            return refused.Code == ProblemCode.RateLimited ? refused : Problem.Unauthenticated();
        }

        // MCP 2026-07-28, Authorization: a credential is good for the audience it was issued for, and no other.
        return caller.Caller.Tenant == tenant.Id ? caller : Problem.Unauthenticated();
    }
}
