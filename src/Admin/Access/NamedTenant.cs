using Platform.Abstractions.Audit;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Tenants;
using Platform.Admin.Management;

namespace Platform.Admin.Access;

/// <summary>The tenant whose name a page has on top, for pages that show something else of it.</summary>
internal static class NamedTenant
{
    /// <summary>
    /// Of who may not read the tenant nothing more is asked than the page itself does: what REST knows of the tenant's parts, it says when they are asked for.
    /// What is made of the slug has no state: a page that needs <c>tenants:read</c> asks for <see cref="ManagementClient.TenantAsync"/>.
    /// </summary>
    public static Task<Answer<TenantView>> NamedTenantAsync(this ManagementClient management, string slug) =>
        Held.Of(management.Context)?.May("tenants:read", "/tenants/" + slug) is not false ? management.TenantAsync(slug)
        : Task.FromResult(TenantSlug.IsValid(slug) ? new Answer<TenantView>(OfName(slug)) : new Answer<TenantView>(ProblemView.NotFound()));

    private static TenantView OfName(string slug) => new()
    {
        Id = default,
        Slug = slug,
        DisplayName = slug,
        Status = TenantStatus.Active,
        CreatedAt = default,
        AuditMode = default,
        RateLimit = new RateLimitRule(0, 0),
        AllowedOrigins = [],
    };
}
