using Platform.Abstractions.SigningKeys;

namespace Platform.Grains.SigningKeys;

/// <summary>
/// The life of a tenant's signing keys (AU-4): pending, active, passive, disabled; one active key for each algorithm in use. Immutable: every change answers
/// another ring, or this one when nothing is to be changed. Whoever holds it decides nothing by itself and knows no clock.
/// </summary>
internal sealed class KeyRing(RingKey[] keys, BegunKey[]? begun = null)
{
    /// <summary>An active key is replaced at this age.</summary>
    public static readonly TimeSpan Rotation = TimeSpan.FromDays(30);

    /// <summary>The next key is made so long before it is needed.</summary>
    public static readonly TimeSpan Lead = TimeSpan.FromDays(1);

    /// <summary>When no next key can be made, the active one goes on signing up to this age and no further.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromDays(37);

    /// <summary>A new key is public for so long before it signs: as long as anybody may cache the key set.</summary>
    public static readonly TimeSpan Publication = TimeSpan.FromMinutes(5);

    /// <summary>A replaced key verifies for the longest life of a token (AU-2), and what clocks may differ.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromHours(24) + TimeSpan.FromMinutes(5);

    /// <summary>Disabled keys stay on record for so long, and until their private part is destroyed.</summary>
    public static readonly TimeSpan Record = TimeSpan.FromDays(90);

    /// <summary>Keys that verify at a time: more would make every reader's key set larger for nothing.</summary>
    public const int MostLive = 20;

    /// <summary>Disabled keys that stay on record.</summary>
    public const int MostDisabled = 100;

    /// <summary>What the vault was asked for and did not become a key of the ring within this time is given up: no vault takes so long.</summary>
    public static readonly TimeSpan Making = TimeSpan.FromMinutes(5);

    /// <summary>Keys that were begun and are not destroyed; with more, none is begun before the vault has destroyed some.</summary>
    public const int MostBegun = 20;

    public RingKey[] Keys => keys;

    /// <summary>What the vault was asked for and may have, without being a key of the ring.</summary>
    public BegunKey[] Begun => begun ?? [];

    /// <summary>Every verifier should know these.</summary>
    public IEnumerable<RingKey> Live => keys.Where(key => key.Status != SigningKeyStatus.Disabled);

    /// <summary>True when the ring has, or had, a key of the algorithm; RS256 belongs to every ring.</summary>
    public bool Knows(string algorithm) => algorithm == SigningAlgorithm.Rs256 || Array.Exists(keys, key => key.Algorithm == algorithm);

    public RingKey? Active(string algorithm) => Array.Find(keys, key => key.Status == SigningKeyStatus.Active && key.Algorithm == algorithm);

    public RingKey? Pending(string algorithm) => Array.Find(keys, key => key.Status == SigningKeyStatus.Pending && key.Algorithm == algorithm);

    /// <summary>The key that signs now; null when there is none within its limit.</summary>
    public RingKey? Signer(string algorithm, DateTimeOffset now) =>
        Active(algorithm) is { } active && now < active.NotBefore + Limit ? active : null;

    /// <summary>True when the next key of an algorithm is to be made.</summary>
    public bool NeedsKey(string algorithm, DateTimeOffset now) =>
        Pending(algorithm) is null && (Active(algorithm) is not { } active || now >= active.NotBefore + Rotation - Lead);

    /// <summary>The pending key whose time to sign has come.</summary>
    public RingKey? Due(string algorithm, DateTimeOffset now) => Pending(algorithm) is { } pending && now >= pending.NotBefore ? pending : null;

    /// <summary>True when another key may be made.</summary>
    public bool HasRoom => Live.Count() < MostLive;

    /// <summary>The vault is about to be asked for a key; the same ring when too many are on record as begun.</summary>
    public KeyRing Begin(string kid, string algorithm, DateTimeOffset now) =>
        Begun.Length >= MostBegun ? this : new KeyRing(keys, [.. Begun, new BegunKey { Kid = kid, Algorithm = algorithm, At = now }]);

    public bool HasBegun(string kid) => Array.Exists(Begun, key => key.Kid == kid);

    /// <summary>Keys that were begun and come into no ring any more.</summary>
    public IEnumerable<BegunKey> Abandoned(DateTimeOffset now) => Begun.Where(key => key.At + Making <= now);

    /// <summary>Takes a new key in. It waits for its turn, unless there is nothing that it could wait for.</summary>
    public KeyRing Add(string kid, string algorithm, PublicJwk jwk, DateTimeOffset now)
    {
        var key = new RingKey { Kid = kid, Algorithm = algorithm, Jwk = jwk, CreatedAt = now, NotBefore = now, Status = SigningKeyStatus.Pending };
        var others = Without(kid);
        if (Signer(algorithm, now) is { } active)
        {
            return new KeyRing([.. keys, key with { NotBefore = Later(active.NotBefore + Rotation, now + Publication) }], others);
        }

        return new KeyRing([.. keys, key], others).Promote(kid, now);
    }

    /// <summary>The pending key signs as soon as it has been public for long enough.</summary>
    public KeyRing Hurry(string algorithm)
    {
        if (Pending(algorithm) is not { } pending || pending.NotBefore <= pending.CreatedAt + Publication)
        {
            return this;
        }

        return Replace(key => ReferenceEquals(key, pending) ? key with { NotBefore = key.CreatedAt + Publication } : key);
    }

    /// <summary>A pending key becomes the active one of its algorithm; the one before verifies on for a while.</summary>
    public KeyRing Promote(string kid, DateTimeOffset now)
    {
        if (Array.Find(keys, key => key.Kid == kid) is not { Status: SigningKeyStatus.Pending } next)
        {
            return this;
        }

        return Replace(key => ReferenceEquals(key, next) ? key with { Status = SigningKeyStatus.Active, NotBefore = now }
            : key.Algorithm == next.Algorithm && key.Status == SigningKeyStatus.Active ? key with { Status = SigningKeyStatus.Passive, RetiresAt = now + Retention }
            : key);
    }

    /// <summary>Passive keys leave when their time is over, and disabled ones are forgotten.</summary>
    public KeyRing Settle(DateTimeOffset now)
    {
        if (!Array.Exists(keys, key => IsOver(key, now) || IsForgotten(key, now)))
        {
            return this;
        }

        return new KeyRing([.. keys.Where(key => !IsForgotten(key, now)).Select(key => IsOver(key, now) ? Disable(key, now) : key)], begun);
    }

    /// <summary>Disabled keys whose private part may still be somewhere.</summary>
    public IEnumerable<RingKey> Condemned => keys.Where(key => key is { Status: SigningKeyStatus.Disabled, Destroyed: false });

    /// <summary>The private part of a key is gone: of a disabled one, or of one that was begun. One that came into the ring while it was being destroyed as given up is no key either.</summary>
    public KeyRing Bury(string kid, DateTimeOffset now) => HasBegun(kid) ? new KeyRing(keys, Without(kid))
        : Array.Exists(keys, key => key.Kid == kid && !key.Destroyed) ? Replace(key => key.Kid == kid ? (key.Status == SigningKeyStatus.Disabled ? key : Disable(key, now)) with { Destroyed = true } : key)
        : this;

    /// <summary>Emergency: nothing that any of these keys signed is to be believed any longer.</summary>
    public KeyRing DisableAll(DateTimeOffset now)
    {
        if (!Live.Any())
        {
            return this;
        }

        RingKey[] disabled = [.. keys.Select(key => key.Status == SigningKeyStatus.Disabled ? key : Disable(key, now))];

        // Nothing else names a private part that is not destroyed.
        return new KeyRing([.. disabled.Where((key, place) => !key.Destroyed || place >= disabled.Length - MostDisabled)], begun);
    }

    private static RingKey Disable(RingKey key, DateTimeOffset now) => key with { Status = SigningKeyStatus.Disabled, DisabledAt = now, RetiresAt = key.RetiresAt < now ? key.RetiresAt : now };

    private static bool IsOver(RingKey key, DateTimeOffset now) => key.Status == SigningKeyStatus.Passive && key.RetiresAt <= now;

    private static bool IsForgotten(RingKey key, DateTimeOffset now) => key is { Status: SigningKeyStatus.Disabled, Destroyed: true } && key.DisabledAt + Record <= now;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private BegunKey[] Without(string kid) => [.. Begun.Where(key => key.Kid != kid)];

    private KeyRing Replace(Func<RingKey, RingKey> change) => new([.. keys.Select(change)], begun);
}
