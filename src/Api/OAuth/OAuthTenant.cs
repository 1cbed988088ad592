using Platform.Abstractions.Tenants;
using Platform.Abstractions.Tokens;

namespace Platform.Api.OAuth;

/// <summary>Whose OAuth records and keys one request deals with. Scoped; entered once, by whoever has decided the tenant. Unentered it has no tenant, and every use throws.</summary>
internal sealed class OAuthTenant
{
    private TenantView? _view;

    public TenantView View => _view ?? throw new InvalidOperationException("No tenant was decided for these OAuth records.");

    public TenantId Id => View.Id;

    /// <summary>The issuer's identifier: configuration and slug, nothing of the request.</summary>
    public Uri Issuer { get; private set; } = null!;

    /// <summary>The configuration's public base, without a trailing slash.</summary>
    public string Site { get; private set; } = "";

    public void Enter(TenantView tenant, string site)
    {
        if (_view is not null && _view.Id != tenant.Id)
        {
            throw new InvalidOperationException("Another tenant was decided before.");
        }

        _view = tenant;
        Site = site;
        Issuer = new Uri(AccessTokenRules.Issuer(site, tenant.Slug));
    }
}
