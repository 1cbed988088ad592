using System.Text.Json.Serialization;
using Platform.Abstractions.Idempotency;

namespace Platform.Abstractions.Logins;

/// <summary>How a user signs in, without anything that proves who it is.</summary>
[GenerateSerializer, Alias("login-view"), Immutable]
public sealed record LoginView
{
    [Id(0)] public bool PasswordSet { get; init; }
    [Id(1)] public DateTimeOffset? PasswordSetAt { get; init; }

    /// <summary>True once an authenticator was confirmed: a password alone then opens nothing.</summary>
    [Id(2)] public bool SecondFactor { get; init; }
    [Id(3)] public int RecoveryCodesLeft { get; init; }

    /// <summary>When the open invitation lapses; null when there is none.</summary>
    [Id(4)] public DateTimeOffset? InvitationExpiresAt { get; init; }
}

/// <summary>A proof that was good.</summary>
/// <param name="SecondFactor">A code was checked too.</param>
/// <param name="Generation">Sessions of an older generation are over; see <see cref="ILoginGrain.GenerationAsync"/>.</param>
[GenerateSerializer, Alias("login-verdict"), Immutable]
public sealed record LoginVerdict([property: Id(0)] bool SecondFactor, [property: Id(1)] int Generation);

/// <summary>The one answer that carries a one-time secret.</summary>
[GenerateSerializer, Alias("login-secret"), Immutable]
public sealed record LoginSecret([property: Id(0), RevealedOnce] string Secret, [property: Id(1)] DateTimeOffset? ExpiresAt);

/// <summary>How an invitation gets to whom it is for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InvitationDelivery>))]
public enum InvitationDelivery
{
    /// <summary>By whoever asked for it: no address was named, or the platform has no mail server.</summary>
    [JsonStringEnumMemberName("copy")] Copy = 0,

    /// <summary>By whoever asked for it: the mail server did not take it, or not for certain.</summary>
    [JsonStringEnumMemberName("failed")] Failed = 1,

    /// <summary>The mail server took it for the address that was named.</summary>
    [JsonStringEnumMemberName("sent")] Sent = 2,
}

/// <summary>An invitation. Its secret is in this answer and in no other, and only where it was not mailed.</summary>
public sealed record InvitationIssued
{
    [RevealedOnce] public string? Secret { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public InvitationDelivery Delivery { get; init; }
}

/// <summary>The one answer that carries an authenticator's secret.</summary>
/// <param name="Secret">Base32, for typing.</param>
/// <param name="Uri">The same as <c>otpauth://totp/…</c>.</param>
/// <param name="ExpiresAt">Confirmed later, it is forgotten.</param>
[GenerateSerializer, Alias("totp-enrolment"), Immutable]
public sealed record TotpEnrolment([property: Id(0), RevealedOnce] string Secret, [property: Id(1), RevealedOnce] string Uri, [property: Id(2)] DateTimeOffset ExpiresAt);

/// <summary>The authenticator counts from now on; the one answer that carries the recovery codes.</summary>
[GenerateSerializer, Alias("totp-confirmed"), Immutable]
public sealed record TotpConfirmed([property: Id(0), RevealedOnce] string[] RecoveryCodes, [property: Id(1)] LoginVerdict Verdict);
