using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.RateLimits;

namespace Platform.Api.Authentication;

/// <summary>
/// Who presented an API key. The Key grain decides; its verdict is kept under a hash of the presented key for a few seconds, and serves no more once
/// a revocation is pushed. This node never holds the pepper or a stored hash.
/// </summary>
internal sealed class CallerCache(
    TenantGrains grains,
    KnownKeys known,
    KeyOwners owners,
    RefusalLimiter refusals,
    PermissionSets permissions,
    RateGate rates,
    RatePolicies limits,
    IOptions<ApiOptions> options,
    TimeProvider clock)
{
    private const int MaxEntries = 200_000;

    private readonly ConcurrentDictionary<(TenantId Tenant, CredentialDigest Digest), AuthenticatedCaller> _callers = new();
    private readonly string _environment = options.Value.Environment;
    private readonly TimeSpan _life = options.Value.VerdictLife;

    /// <summary>The owner of a key of this tenant and kind, or <c>unauthenticated</c> for every reason there may be.</summary>
    /// <param name="tenant">The key is compared with this tenant's keys and nobody else's.</param>
    /// <param name="kind">The prefix must be this kind's.</param>
    /// <param name="presented">What the request carries, whatever it is.</param>
    /// <param name="address">Where the request comes from, proxies resolved; null is nowhere.</param>
    public ValueTask<Result<AuthenticatedCaller>> AuthenticateAsync(TenantId tenant, KeyKind kind, ReadOnlySpan<char> presented, string? address)
    {
        // Length, prefix, environment and checksum cost no look-up.
        if (!KeyToken.TryReadId(presented, kind, _environment, out var id))
        {
            return ValueTask.FromResult<Result<AuthenticatedCaller>>(Problem.Unauthenticated());
        }

        var digest = CredentialDigest.Of(presented);
        var seen = _callers.TryGetValue((tenant, digest), out var caller);
        if (seen && !caller!.IsDropped && clock.GetElapsedTime(caller.Fetched) < _life)
        {
            return ValueTask.FromResult(Judge(caller, address));
        }

        return !seen && refusals.IsSpent(IPAddress.TryParse(address, out var from) ? from : null)
            ? AskWarilyAsync(tenant, digest, id, presented.ToString(), address)
            : AskAsync(tenant, digest, id, presented.ToString(), address);
    }

    /// <summary>The owner of a management key, of whichever tenant or of the platform.</summary>
    public async ValueTask<Result<AuthenticatedCaller>> AuthenticateManagerAsync(string presented, string? address) =>
        KeyToken.TryReadId(presented, KeyKind.Management, _environment, out var id)
            ? await AuthenticateAsync(await owners.OfAsync(id), KeyKind.Management, presented, address)
            : Problem.Unauthenticated();

    /// <summary>Every verdict of a tenant must be asked for again. The key of the dictionary names no key id, and changes are rare.</summary>
    public void DropTenant(TenantId tenant)
    {
        foreach (var entry in _callers)
        {
            if (entry.Key.Tenant == tenant)
            {
                entry.Value.IsDropped = true;
            }
        }

        Interlocked.Increment(ref _epoch);
    }

    private long _epoch;

    /// <summary>
    /// For an address that was refused too often. A made-up id is stopped before it costs anything, and every refusal reads the same; a key that is good is
    /// served, because others behind the same address must not be able to shut it out. There are too many ids to find one by what this tells.
    /// </summary>
    private async ValueTask<Result<AuthenticatedCaller>> AskWarilyAsync(TenantId tenant, CredentialDigest digest, string id, string presented, string? address) =>
        await known.ExistsAsync(tenant, id) && await AskAsync(tenant, digest, id, presented, address) is { Problem: null } good
            ? good
            : Problem.RateLimited(TimeSpan.FromSeconds(1));

    private async ValueTask<Result<AuthenticatedCaller>> AskAsync(TenantId tenant, CredentialDigest digest, string id, string presented, string? address)
    {
        if (!await known.ExistsAsync(tenant, id))
        {
            // As far and as much work as a wrong secret, but no row: who measures learns nothing about which ids exist.
            return await grains.For(tenant).Get<IKeyDecoyGrain>(id[..1]).RefuseAsync(presented);
        }

        var fetched = clock.GetTimestamp();
        var epoch = Interlocked.Read(ref _epoch);
        if (!(await grains.For(tenant).Get<IKeyGrain>(id).VerifyAsync(presented)).Try(out var verdict, out var refused))
        {
            _callers.TryRemove((tenant, digest), out _);
            return refused;
        }

        var caller = new AuthenticatedCaller
        {
            Caller = new Caller(verdict.Tenant, verdict.Principal, verdict.KeyId),
            Policy = permissions.PolicyOf(verdict.Rules),
            Rates = new CallerRates(rates, limits, verdict.Tenant, verdict.Principal, $"key/{verdict.KeyId}", verdict.RateLimit, verdict.HasOwnLimit ? CredentialLimit.Own : CredentialLimit.Default),
            ExpiresAt = verdict.ExpiresAt,
            Addresses = verdict.AllowedAddresses is { } allowed ? AddressList.Read(allowed) : null,
            Fetched = fetched,
        };

        // A verdict that was under way when a change was pushed may be older than the change: serve it once, do not keep it.
        if (epoch == Interlocked.Read(ref _epoch))
        {
            if (_callers.Count >= MaxEntries)
            {
                _callers.Clear();
            }

            _callers[(tenant, digest)] = caller;
        }

        return Judge(caller, address);
    }

    /// <summary>What depends on the request, and so is no part of a verdict that is kept.</summary>
    private Result<AuthenticatedCaller> Judge(AuthenticatedCaller caller, string? address) =>
        caller.ExpiresAt <= clock.GetUtcNow() || (caller.Addresses is { } allowed && !allowed.Contains(address)) ? Problem.Unauthenticated() : caller;
}
