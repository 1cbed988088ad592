using System.Collections.Frozen;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Authentication;

/// <summary>
/// Which tenant a management key says to be of. An owner is for good, so what is held is right; an id that is not held is asked for at most once a second,
/// for all requests together, and made-up ones touch no row. It only says whose grain will judge the secret.
/// </summary>
internal sealed class KeyOwners(TenantGrains grains, TimeProvider clock)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);
    private volatile Held? _held;
    private long _drops;

    /// <summary>The platform for an id that no tenant has claimed.</summary>
    public async ValueTask<TenantId> OfAsync(string keyId)
    {
        var held = _held;
        if (held is null || (!held.Owners.ContainsKey(keyId) && clock.GetElapsedTime(held.Asked) >= AskAgain))
        {
            var (asked, drops) = (clock.GetTimestamp(), Interlocked.Read(ref _drops));
            var all = await grains.Platform.Get<IKeyOwnerIndexGrain>("index").AllAsync();
            held = new Held(all.ToFrozenDictionary(owner => owner.KeyId, owner => owner.Tenant, StringComparer.Ordinal), asked);
            if (drops == Interlocked.Read(ref _drops))
            {
                // An answer that was under way when a key was issued may be older than the key.
                _held = held;
            }
        }

        return held.Owners.TryGetValue(keyId, out var tenant) ? tenant : TenantId.Platform;
    }

    /// <summary>A key was issued somewhere.</summary>
    public void Drop()
    {
        Interlocked.Increment(ref _drops);
        _held = null;
    }

    private sealed record Held(FrozenDictionary<string, TenantId> Owners, long Asked);
}
