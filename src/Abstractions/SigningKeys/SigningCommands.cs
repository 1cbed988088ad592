using FluentValidation;

namespace Platform.Abstractions.SigningKeys;

/// <summary>Asks for a compact JWS (RFC 7515) whose header has <c>alg</c>, <c>kid</c> and <c>typ</c> and nothing else.</summary>
[GenerateSerializer, Alias("sign-jws"), Immutable]
public sealed record SignJws
{
    /// <summary>Most bytes of a payload: a larger token would be refused by whoever reads it.</summary>
    public const int MaxPayload = 5 * 1024;

    /// <summary>The <c>typ</c>, such as <c>at+jwt</c> (RFC 9068) or <c>JWT</c>.</summary>
    [Id(0)] public required string Type { get; init; }

    /// <summary>The claims as a JSON object in UTF-8, signed as they are.</summary>
    [Id(1)] public required byte[] Payload { get; init; }

    /// <summary>One of <see cref="SigningAlgorithm"/>; RS256 when absent. Others need a key of theirs in the ring.</summary>
    [Id(2)] public string? Algorithm { get; init; }

    /// <summary>Never the claims.</summary>
    public override string ToString() => $"SignJws {Type} {Algorithm}";
}

/// <summary>A signed token and the key that signed it, which the audit trail names.</summary>
[GenerateSerializer, Alias("signed-jws"), Immutable]
public sealed record SignedJws([property: Id(0)] string Compact, [property: Id(1)] string KeyId)
{
    /// <summary>Never the token.</summary>
    public override string ToString() => $"SignedJws {KeyId} [Redacted]";
}

/// <summary>Prepares the next key of an algorithm now; it signs as soon as verifiers have had the time to learn of it.</summary>
[GenerateSerializer, Alias("rotate-signing-keys"), Immutable]
public sealed record RotateSigningKeys
{
    /// <summary>One of <see cref="SigningAlgorithm"/>; RS256 when absent. Naming one that the ring has no key of adds it to the ring.</summary>
    [Id(0)] public string? Algorithm { get; init; }
}

public sealed class RotateSigningKeysValidator : AbstractValidator<RotateSigningKeys>
{
    public RotateSigningKeysValidator() =>
        RuleFor(command => command.Algorithm).Must(name => name is null || SigningAlgorithm.IsKnown(name)).WithMessage("Choose RS256, PS256 or ES256.");
}
