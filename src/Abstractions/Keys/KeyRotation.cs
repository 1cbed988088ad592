using FluentValidation;

namespace Platform.Abstractions.Keys;

/// <summary>Makes a key that follows another: the same principal, scopes, networks and limit, and a life of the same length from now on.</summary>
[GenerateSerializer, Alias("rotate-key"), Immutable]
public sealed record RotateKey
{
    /// <summary>Longest overlap: a week.</summary>
    public const int MaxOverlap = 7 * 24 * 60 * 60;

    /// <summary>How long the old key still works, 0 to <see cref="MaxOverlap"/> seconds; it never lives longer than it would have anyway.</summary>
    [Id(0)] public required int OverlapSeconds { get; init; }
}

public sealed class RotateKeyValidator : AbstractValidator<RotateKey>
{
    public RotateKeyValidator() => RuleFor(command => command.OverlapSeconds).InclusiveBetween(0, RotateKey.MaxOverlap);
}

/// <summary>Revokes many keys at once.</summary>
[GenerateSerializer, Alias("revoke-keys"), Immutable]
public sealed record RevokeKeys
{
    public const int MaxKeys = 100;

    /// <summary>1 to 100 ids, each once.</summary>
    [Id(0)] public required string[] Ids { get; init; }
}

public sealed class RevokeKeysValidator : AbstractValidator<RevokeKeys>
{
    public RevokeKeysValidator()
    {
        RuleFor(command => command.Ids).Must(ids => ids is { Length: >= 1 and <= RevokeKeys.MaxKeys }).WithMessage($"Name 1 to {RevokeKeys.MaxKeys} keys.");
        RuleFor(command => command.Ids).Must(ids => ids is null || ids.Distinct(StringComparer.Ordinal).Count() == ids.Length).WithMessage("Name each key once.");
        RuleForEach(command => command.Ids).NotEmpty().MaximumLength(64);
    }
}
