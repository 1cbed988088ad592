using Microsoft.Extensions.Options;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Tokens;

namespace Platform.Api.Authentication.Tokens;

/// <summary>A tenant's names in tokens, from the configuration and the directory, never from a request.</summary>
internal sealed class TenantUris(IOptions<ApiOptions> options)
{
    private readonly Uri _site = new(options.Value.DataUrl);

    /// <summary>The issuer of the tenant's own tokens.</summary>
    public string Issuer(TenantView tenant) => AccessTokenRules.Issuer(options.Value.DataUrl, tenant.Slug);

    /// <summary>The tenant's MCP URL at the platform's own address.</summary>
    public string Resource(TenantView tenant) => $"{options.Value.DataUrl}/t/{tenant.Slug}/mcp";

    /// <summary>
    /// Whether an audience is a canonical URI of this tenant's endpoint, as its protected resource metadata name it: on the platform's hosts, under its domain, or at a host of
    /// the tenant's own. They are one resource. Exact: no other case, no slash at the end, no port that the configuration does not have.
    /// </summary>
    public bool IsAudience(TenantView tenant, string audience)
    {
        if (string.Equals(audience, Resource(tenant), StringComparison.Ordinal))
        {
            return true;
        }

        return (options.Value.Domain.Length > 0 && IsAt(audience, $"{tenant.Slug}.{options.Value.Domain}")) || Array.Exists(tenant.Hosts, host => IsAt(audience, host));
    }

    /// <summary>The tenant's part of the management API, as a resource: <c>{management URL}/v1/tenants/{slug}</c>.</summary>
    public string Management(TenantView tenant) => $"{options.Value.ManagementUrl}/v1/tenants/{tenant.Slug}";

    /// <summary>Where a provider sends the tenant's people back to: the console, at an address of this tenant and issuer alone.</summary>
    public string RedirectFor(TenantView tenant, string issuer) => options.Value.ManagementUrl + SignInRedirect.PathOf(tenant.Slug, issuer);

    /// <summary>Whether an audience is this tenant's, for this use and no other.</summary>
    public bool IsAudience(TenantView tenant, string audience, TokenUse use) =>
        use == TokenUse.Mcp ? IsAudience(tenant, audience) : string.Equals(audience, Management(tenant), StringComparison.Ordinal);

    private bool IsAt(string audience, string host) =>
        string.Equals(audience, $"{_site.Scheme}://{host}{(_site.IsDefaultPort ? "" : $":{_site.Port}")}/mcp", StringComparison.Ordinal);
}
