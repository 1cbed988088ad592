using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Platform.Abstractions.ClientCertificates;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.ClientCertificates;

/// <summary>What each tenant trusts, and when its grain was asked.</summary>
internal sealed record KnownTrust(CertificateTrust Trust, long Asked);

/// <summary>Tenants' registrations for as long as a verdict may live. An old one is asked for anew by its version, so what did not change does not travel.</summary>
internal sealed class CertificateTrustCache(TenantGrains grains, IOptions<ApiOptions> options, TimeProvider clock)
{
    private const int MaxEntries = 10_000;
    private static readonly CertificateTrust Nothing = new() { Version = -1, Registrations = [], Authorities = [] };

    private readonly ConcurrentDictionary<TenantId, KnownTrust> _tenants = new();
    private readonly TimeSpan _life = options.Value.VerdictLife;

    public async ValueTask<KnownTrust> AskAsync(TenantId tenant)
    {
        var known = _tenants.GetValueOrDefault(tenant);
        if (known is not null && clock.GetElapsedTime(known.Asked) < _life)
        {
            return known;
        }

        var epoch = Interlocked.Read(ref _epoch);
        var asked = clock.GetTimestamp();
        var before = known?.Trust ?? Nothing;
        var fresh = new KnownTrust(await grains.For(tenant).The<IClientCertificatesGrain>().TrustAsync(before.Version) ?? before, asked);

        // An answer that was under way when a change was pushed may be older than it: used once, not kept.
        if (epoch == Interlocked.Read(ref _epoch))
        {
            if (_tenants.Count >= MaxEntries)
            {
                _tenants.Clear();
            }

            _tenants[tenant] = fresh;
        }

        return fresh;
    }

    public void Drop(TenantId tenant)
    {
        Interlocked.Increment(ref _epoch);
        _tenants.TryRemove(tenant, out _);
    }

    private long _epoch;
}
