using System.Text.Json.Serialization;

namespace Platform.Abstractions.SigningKeys;

/// <summary>Where a key is in its life; the default is that it is worth nothing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SigningKeyStatus>))]
public enum SigningKeyStatus
{
    /// <summary>Neither signs nor verifies, for good.</summary>
    [JsonStringEnumMemberName("disabled")] Disabled = 0,

    /// <summary>Published so that verifiers know it before its first signature.</summary>
    [JsonStringEnumMemberName("pending")] Pending = 1,

    /// <summary>Signs and verifies.</summary>
    [JsonStringEnumMemberName("active")] Active = 2,

    /// <summary>Verifies what it signed, until the last of it has expired.</summary>
    [JsonStringEnumMemberName("passive")] Passive = 3,
}

/// <summary>The public members of a JSON Web Key (RFC 7517), base64url; there is no place here for a private one.</summary>
[GenerateSerializer, Alias("public-jwk"), Immutable]
public sealed record PublicJwk
{
    /// <summary><c>RSA</c> or <c>EC</c>.</summary>
    [Id(0), JsonPropertyName("kty")] public required string KeyType { get; init; }

    [Id(1), JsonPropertyName("n")] public string? Modulus { get; init; }

    [Id(2), JsonPropertyName("e")] public string? Exponent { get; init; }

    [Id(3), JsonPropertyName("crv")] public string? Curve { get; init; }

    [Id(4), JsonPropertyName("x")] public string? X { get; init; }

    [Id(5), JsonPropertyName("y")] public string? Y { get; init; }
}

/// <summary>A signing key without its private part, which never leaves the silo role.</summary>
[GenerateSerializer, Alias("signing-key-view"), Immutable]
public sealed record SigningKeyView
{
    /// <summary>The <c>kid</c>: 16 of <c>[a-z0-9]</c>, unique in the tenant.</summary>
    [Id(0)] public required string Kid { get; init; }

    /// <summary>One of <see cref="SigningAlgorithm"/>: the only one that a signature of this key may name.</summary>
    [Id(1)] public required string Algorithm { get; init; }

    [Id(2)] public required SigningKeyStatus Status { get; init; }

    [Id(3)] public required PublicJwk Jwk { get; init; }

    [Id(4)] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it began to sign, or will.</summary>
    [Id(5)] public required DateTimeOffset NotBefore { get; init; }

    /// <summary>From this instant on it verifies nothing, whoever remembers it; null while no other key has taken its place.</summary>
    [Id(6)] public DateTimeOffset? RetiresAt { get; init; }

    /// <summary>True when a signature of this key is to be believed at that instant.</summary>
    public bool Verifies(DateTimeOffset now) => Status is SigningKeyStatus.Active or SigningKeyStatus.Passive or SigningKeyStatus.Pending && !(RetiresAt <= now);
}
