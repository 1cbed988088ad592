using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Authentication.Tokens;

/// <summary>The providers that tenants trust, for as long as a verdict may live.</summary>
internal sealed class TrustedIssuers(TenantGrains grains, IOptions<ApiOptions> options, TimeProvider clock)
{
    private const int MaxTenants = 50_000;
    private readonly ConcurrentDictionary<TenantId, Known> _tenants = new();
    private long _epoch;

    /// <summary>The provider with exactly this issuer; null for everybody else.</summary>
    public async ValueTask<IdentityProvider?> FindAsync(TenantId tenant, string issuer)
    {
        if (!_tenants.TryGetValue(tenant, out var known) || clock.GetElapsedTime(known.Fetched) >= options.Value.VerdictLife)
        {
            var epoch = Interlocked.Read(ref _epoch);
            var fetched = clock.GetTimestamp();
            known = new Known(await grains.For(tenant).The<IIdentityProviderBookGrain>().ListAsync(), fetched);
            if (epoch == Interlocked.Read(ref _epoch))
            {
                if (_tenants.Count >= MaxTenants)
                {
                    _tenants.Clear();
                }

                _tenants[tenant] = known;
            }
        }

        return Array.Find(known.Providers, provider => string.Equals(provider.Issuer, issuer, StringComparison.Ordinal));
    }

    public void Drop(TenantId tenant)
    {
        Interlocked.Increment(ref _epoch);
        _tenants.TryRemove(tenant, out _);
    }

    private sealed record Known(IdentityProvider[] Providers, long Fetched);
}
