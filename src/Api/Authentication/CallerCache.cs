using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.RateLimits;

namespace Platform.Api.Authentication;

/// <summary>
/// Who presented an API key. The Key grain decides; its verdict is kept under a hash of the presented key for a few seconds, and dropped at once when
/// a revocation is pushed. This node never holds the pepper or a stored hash.
/// </summary>
internal sealed class CallerCache(
    TenantGrains grains,
    KnownKeys known,
    PermissionSets permissions,
    RateGate rates,
    IOptions<ApiOptions> options,
    TimeProvider clock)
{
    private const int MaxEntries = 200_000;

    private readonly ConcurrentDictionary<(TenantId Tenant, CredentialDigest Digest), AuthenticatedCaller> _callers = new();
    private readonly string _environment = options.Value.Environment;
    private readonly TimeSpan _life = options.Value.VerdictLife;

    /// <summary>The owner of an <c>mcpk_</c> key of this tenant, or <c>unauthenticated</c> for every reason there may be.</summary>
    public ValueTask<Result<AuthenticatedCaller>> AuthenticateAsync(TenantId tenant, KeyKind kind, ReadOnlySpan<char> presented)
    {
        // Length, prefix, environment and checksum cost no look-up.
        if (!KeyToken.TryReadId(presented, kind, _environment, out var id))
        {
            return ValueTask.FromResult<Result<AuthenticatedCaller>>(Problem.Unauthenticated());
        }

        var digest = CredentialDigest.Of(presented);
        if (_callers.TryGetValue((tenant, digest), out var caller) && clock.GetElapsedTime(caller.Fetched) < _life)
        {
            return ValueTask.FromResult<Result<AuthenticatedCaller>>(caller.ExpiresAt <= clock.GetUtcNow() ? Problem.Unauthenticated() : caller);
        }

        return AskAsync(tenant, digest, id, presented.ToString());
    }

    /// <summary>Forgets every verdict of a tenant. The key of the dictionary names no key id, and changes are rare.</summary>
    public void DropTenant(TenantId tenant)
    {
        foreach (var entry in _callers)
        {
            if (entry.Key.Tenant == tenant)
            {
                _callers.TryRemove(entry.Key, out _);
            }
        }

        Interlocked.Increment(ref _epoch);
    }

    private long _epoch;

    private async ValueTask<Result<AuthenticatedCaller>> AskAsync(TenantId tenant, CredentialDigest digest, string id, string presented)
    {
        if (!await known.ExistsAsync(tenant, id))
        {
            return Problem.Unauthenticated();
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
            Bucket = rates.Bucket(verdict.Tenant, $"key/{verdict.KeyId}", verdict.RateLimit),
            ExpiresAt = verdict.ExpiresAt,
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

        return caller;
    }
}
