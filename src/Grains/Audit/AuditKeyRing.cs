using Platform.Abstractions.Audit;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenants;
using Platform.Grains.SigningKeys;

namespace Platform.Grains.Audit;

/// <summary>A key of the audit ring as it is kept: its public statement, and where the private part is.</summary>
public sealed record AuditRingKey
{
    /// <summary>Part of the secret's name; it says nothing outside of the vault.</summary>
    public string Secret { get; init; } = "";

    /// <summary>Thumbprint.</summary>
    public string Kid { get; init; } = "";

    public DateTimeOffset From { get; init; }

    /// <summary>The <see cref="AuditKey"/>, signed by the key before.</summary>
    public string Statement { get; init; } = "";

    /// <summary>True once the private part is gone.</summary>
    public bool Destroyed { get; init; }

    /// <summary>Its name for a signer.</summary>
    internal SigningKeyReference Reference() => new(TenantId.Platform, Secret, SigningAlgorithm.Es256) { Purpose = "audit" };
}

public sealed record AuditKeyRingState
{
    private readonly AuditRingKey[] _keys = [];

    /// <summary>Oldest first; the last one signs.</summary>
    public AuditRingKey[] Keys { get => _keys; init => _keys = value ?? []; }
}

/// <summary>The life of audit keys: one signs, and what it signed stays verifiable for ever. Knows no clock.</summary>
internal static class AuditKeyRing
{
    /// <summary>A key is followed by the next at this age.</summary>
    public static readonly TimeSpan Rotation = TimeSpan.FromDays(90);

    /// <summary>True when the ring needs another key.</summary>
    public static bool NeedsKey(AuditRingKey[] keys, DateTimeOffset now) => keys is not [.., var newest] || now >= newest.From + Rotation;

    /// <summary>What is to be signed of the next key.</summary>
    public static AuditKey Next(AuditRingKey[] keys, PublicJwk jwk, DateTimeOffset now)
    {
        var before = keys is [.., var newest] ? newest : null;
        return new AuditKey
        {
            V = 1,
            Number = keys.Length + 1,
            Kid = AuditStatement.Thumbprint(jwk),
            Jwk = jwk,

            // A clock that stepped back must not give a key a time before the one it follows.
            From = before is not null && before.From > now ? before.From : now,
            Previous = before?.Kid,
        };
    }

    /// <summary>Keys that sign no longer and whose private part is still there.</summary>
    public static IEnumerable<AuditRingKey> Condemned(AuditRingKey[] keys) => keys.SkipLast(1).Where(key => !key.Destroyed);
}
