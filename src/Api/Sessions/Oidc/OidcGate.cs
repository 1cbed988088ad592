using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;
using Platform.Api.RateLimits;
using Platform.Api.Tenants;

namespace Platform.Api.Sessions.Oidc;

/// <summary>
/// What stands before a sign-in through a provider: exact buckets of the address (IPv6 by its /64) and of the tenant, closed when they cannot be asked. There is nothing to guess here; they bound what a stranger can make
/// this platform ask of a provider, and keep in memory.
/// </summary>
internal sealed class OidcGate(TenantCache tenants, RateGate rates)
{
    /// <summary>A sign-in takes three: the list, the beginning and the end.</summary>
    private static readonly RateLimitRule PerAddress = new(30, 30);

    private static readonly RateLimitRule PerTenant = new(120, 60);

    public ValueTask<Problem?> TakeAsync(ManagementExchange exchange) => rates.TakeExactAsync(TenantId.Platform, $"oidc/{ClientNetwork.Of(exchange.Entry.Address)}", PerAddress);

    public ValueTask<Problem?> TakeAsync(TenantView tenant) => rates.TakeExactAsync(TenantId.Platform, $"oidc-tenant/{tenant.Slug}", PerTenant);

    /// <summary>An active tenant; null for everything else.</summary>
    public async ValueTask<TenantView?> FindAsync(string? slug, ManagementExchange exchange)
    {
        if (slug is null || !TenantSlug.IsValid(slug) || !(await tenants.FindAsync(slug)).Try(out var found, out _))
        {
            return null;
        }

        exchange.Entry.Target = found.Slug;
        exchange.Entry.Tenant = found.Id;
        return found.Status == TenantStatus.Active ? found : null;
    }
}
