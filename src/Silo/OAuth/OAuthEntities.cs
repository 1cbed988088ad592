using OpenIddict.EntityFrameworkCore.Models;

namespace Platform.Silo.OAuth;

/// <summary>A row that belongs to one tenant; <see cref="OAuthDbContext"/> fills it in and filters by it.</summary>
internal interface ITenantRow
{
    string Tenant { get; set; }
}

internal sealed class OAuthApplication : OpenIddictEntityFrameworkCoreApplication<string, OAuthAuthorization, OAuthToken>, ITenantRow
{
    public string Tenant { get; set; } = "";
}

internal sealed class OAuthAuthorization : OpenIddictEntityFrameworkCoreAuthorization<string, OAuthApplication, OAuthToken>, ITenantRow
{
    public string Tenant { get; set; } = "";
}

internal sealed class OAuthToken : OpenIddictEntityFrameworkCoreToken<string, OAuthApplication, OAuthAuthorization>, ITenantRow
{
    public string Tenant { get; set; } = "";
}

/// <summary>OpenIddict wants a place for scopes; ours are permissions and are not stored.</summary>
internal sealed class OAuthScope : OpenIddictEntityFrameworkCoreScope<string>, ITenantRow
{
    public string Tenant { get; set; } = "";
}
