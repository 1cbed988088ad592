using Platform.Abstractions.SigningKeys;

namespace Platform.Grains.SigningKeys;

/// <summary>A key as the ring keeps it: public members and times, never a private part.</summary>
public sealed record RingKey
{
    public string Kid { get; init; } = "";
    public string Algorithm { get; init; } = "";
    public SigningKeyStatus Status { get; init; }
    public PublicJwk Jwk { get; init; } = new() { KeyType = "" };
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset NotBefore { get; init; }
    public DateTimeOffset? RetiresAt { get; init; }
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>True once the private part of a disabled key was deleted from the vault.</summary>
    public bool Destroyed { get; init; }

    /// <summary>The view at an instant: a passive key whose time is over is disabled, whether or not that is on disk yet.</summary>
    public SigningKeyView At(DateTimeOffset now) => new()
    {
        Kid = Kid,
        Algorithm = Algorithm,
        Status = Status == SigningKeyStatus.Passive && RetiresAt <= now ? SigningKeyStatus.Disabled : Status,
        Jwk = Jwk,
        CreatedAt = CreatedAt,
        NotBefore = NotBefore,
        RetiresAt = RetiresAt,
    };
}

/// <summary>A key that the vault is asked for. It has no public members yet: nobody knows whether the vault made it.</summary>
public sealed record BegunKey
{
    public string Kid { get; init; } = "";
    public string Algorithm { get; init; } = "";
    public DateTimeOffset At { get; init; }
}

public sealed record KeyRingState
{
    /// <summary>Oldest first.</summary>
    public RingKey[] Keys { get; init; } = [];

    /// <summary>What the vault was asked for and may have, without being a key of the ring.</summary>
    public BegunKey[] Begun { get; init => field = value ?? []; } = [];
}
