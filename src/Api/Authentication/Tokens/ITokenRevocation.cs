using System.Collections.Concurrent;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Tokens;

namespace Platform.Api.Authentication.Tokens;

/// <summary>What is known of a token's revocation.</summary>
/// <param name="Revoked">It was taken back.</param>
/// <param name="Asked">Timestamp of when this was learned: a verdict that rests on it is as old, or the ages would add up.</param>
internal readonly record struct Standing(bool Revoked, long Asked);

/// <summary>Whether a token that is otherwise good was taken back.</summary>
internal interface ITokenRevocation
{
    ValueTask<Standing> JudgeAsync(TenantId tenant, AccessTokenClaims claims, string principal);

    /// <summary>Whether everything that came of a consent was taken back.</summary>
    ValueTask<bool> IsFamilyRevokedAsync(TenantId tenant, string family);

    /// <summary>Takes back at every gate. A problem means that nothing was taken back, and whoever asked must fail.</summary>
    Task<Problem?> RevokeAsync(RevokedKind kind, string id, Caller caller);

    /// <summary>Forgets what this node holds of a tenant.</summary>
    void Drop(TenantId tenant);
}

/// <summary>Each tenant's revocations as this node knows them: dropped when something is revoked, and asked for again with every verdict's age.</summary>
internal sealed class TokenRevocations(TenantGrains grains, Microsoft.Extensions.Options.IOptions<ApiOptions> options, TimeProvider clock) : ITokenRevocation
{
    private const int MaxTenants = 10_000;
    private readonly ConcurrentDictionary<TenantId, Known> _tenants = new();
    private long _epoch;

    public async ValueTask<Standing> JudgeAsync(TenantId tenant, AccessTokenClaims claims, string principal)
    {
        var known = await KnownOfAsync(tenant);
        var revoked = Has(known, RevokedKind.Token, claims.TokenId, out _)
            || Has(known, RevokedKind.Family, claims.Family, out _)

            || (Has(known, RevokedKind.Tenant, TokenRevocation.Everything, out var all) && claims.IssuedAt <= all)

            // A token has whole seconds: one of the same second as the revocation may be older than it, so it goes too.
            || (Has(known, RevokedKind.Principal, principal, out var at) && claims.IssuedAt <= at)
            || (known.HasClients && claims.ClientId is { } client && Has(known, RevokedKind.Client, TokenRevocation.ClientKey(client), out at) && claims.IssuedAt <= at);
        return new Standing(revoked, known.Fetched);
    }

    public async ValueTask<bool> IsFamilyRevokedAsync(TenantId tenant, string family) => Has(await KnownOfAsync(tenant), RevokedKind.Family, family, out _);

    public Task<Problem?> RevokeAsync(RevokedKind kind, string id, Caller caller) => grains.For(caller.Tenant).The<ITokenRevocationGrain>().RevokeAsync(kind, id, caller);

    public void Drop(TenantId tenant)
    {
        Interlocked.Increment(ref _epoch);
        _tenants.TryRemove(tenant, out _);
    }

    private ValueTask<Known> KnownOfAsync(TenantId tenant) =>
        _tenants.TryGetValue(tenant, out var known) && clock.GetElapsedTime(known.Fetched) < options.Value.VerdictLife ? ValueTask.FromResult(known) : FetchAsync(tenant);

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
        var known = new Known(revoked.ToDictionary(one => (one.Kind, one.Id), one => one.At), revoked.Any(one => one.Kind == RevokedKind.Client), fetched);
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

    private sealed record Known(Dictionary<(RevokedKind Kind, string Id), DateTimeOffset> Revoked, bool HasClients, long Fetched);
}
