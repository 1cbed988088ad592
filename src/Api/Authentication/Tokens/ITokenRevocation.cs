using System.Collections.Concurrent;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Tokens;

namespace Platform.Api.Authentication.Tokens;

/// <summary>Whether a token that is otherwise good was taken back.</summary>
internal interface ITokenRevocation
{
    ValueTask<bool> IsRevokedAsync(TenantId tenant, AccessTokenClaims claims, string principal);

    /// <summary>Forgets what this node holds of a tenant.</summary>
    void Drop(TenantId tenant);
}

/// <summary>Each tenant's revocations as this node knows them: dropped when something is revoked, and asked for again with every verdict's age.</summary>
internal sealed class TokenRevocations(TenantGrains grains, Microsoft.Extensions.Options.IOptions<ApiOptions> options, TimeProvider clock) : ITokenRevocation
{
    private const int MaxTenants = 10_000;
    private readonly ConcurrentDictionary<TenantId, Known> _tenants = new();
    private long _epoch;

    public async ValueTask<bool> IsRevokedAsync(TenantId tenant, AccessTokenClaims claims, string principal)
    {
        if (!_tenants.TryGetValue(tenant, out var known) || clock.GetElapsedTime(known.Fetched) >= options.Value.VerdictLife)
        {
            known = await FetchAsync(tenant);
        }

        return Has(known, RevokedKind.Token, claims.TokenId, out _)
            || Has(known, RevokedKind.Family, claims.Family, out _)

            // A token has whole seconds: one of the same second as the revocation may be older than it, so it goes too.
            || (Has(known, RevokedKind.Principal, principal, out var at) && claims.IssuedAt <= at);
    }

    public void Drop(TenantId tenant)
    {
        Interlocked.Increment(ref _epoch);
        _tenants.TryRemove(tenant, out _);
    }

    private static bool Has(Known known, RevokedKind kind, string? id, out DateTimeOffset at)
    {
        at = default;
        return id is not null && known.Revoked.TryGetValue((kind, id), out at);
    }

    private async ValueTask<Known> FetchAsync(TenantId tenant)
    {
        var epoch = Interlocked.Read(ref _epoch);
        var fetched = clock.GetTimestamp();
        var revoked = await grains.For(tenant).The<ITokenRevocationGrain>().ListAsync();
        var known = new Known(revoked.ToDictionary(one => (one.Kind, one.Id), one => one.At), fetched);
        if (epoch == Interlocked.Read(ref _epoch))
        {
            if (_tenants.Count >= MaxTenants)
            {
                _tenants.Clear();
            }

            _tenants[tenant] = known;
        }

        return known;
    }

    private sealed record Known(Dictionary<(RevokedKind Kind, string Id), DateTimeOffset> Revoked, long Fetched);
}
