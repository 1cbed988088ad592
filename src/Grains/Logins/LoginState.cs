using Platform.Abstractions.Logins;

namespace Platform.Grains.Logins;

public sealed record LoginState
{
    public string? PasswordHash { get; init; }
    public DateTimeOffset? PasswordSetAt { get; init; }

    /// <summary>HMAC of the unused one-time secret.</summary>
    public byte[]? SecretHash { get; init; }
    public DateTimeOffset? SecretIssuedAt { get; init; }
    public DateTimeOffset? SecretExpiresAt { get; init; }
    public bool SecretResetsFactor { get; init; }

    /// <summary>When a secret last set the password.</summary>
    public DateTimeOffset? SecretUsedAt { get; init; }

    /// <summary>The authenticator's secret, sealed; null when none is set up.</summary>
    public byte[]? Factor { get; init; }

    /// <summary>The step of the last code that was accepted.</summary>
    public long FactorStep { get; init; }

    /// <summary>Waits to be confirmed.</summary>
    public byte[]? PendingFactor { get; init; }
    public DateTimeOffset? PendingUntil { get; init; }

    /// <summary>HMACs of the recovery codes that are left.</summary>
    public byte[][] RecoveryHashes { get; init; } = [];

    public int Generation { get; init; }

    public LoginView View(DateTimeOffset now) => new()
    {
        PasswordSet = PasswordHash is not null,
        PasswordSetAt = PasswordSetAt,
        SecondFactor = Factor is not null,
        RecoveryCodesLeft = RecoveryHashes.Length,
        InvitationExpiresAt = SecretHash is not null && SecretExpiresAt > now ? SecretExpiresAt : null,
    };

    /// <summary>Without a one-time secret.</summary>
    public LoginState WithoutSecret() => this with { SecretHash = null, SecretIssuedAt = null, SecretExpiresAt = null, SecretResetsFactor = false };

    /// <summary>Without a second factor, confirmed or not.</summary>
    public LoginState WithoutFactor() => this with { Factor = null, FactorStep = 0, PendingFactor = null, PendingUntil = null, RecoveryHashes = [] };
}
