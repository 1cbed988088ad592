using FluentValidation;

namespace Platform.Abstractions.Keys;

/// <summary>What a tenant demands of its keys. It binds keys that are issued or rotated from now on.</summary>
[GenerateSerializer, Alias("key-policy"), Immutable]
public sealed record KeyPolicy
{
    /// <summary>Longest life of a key in days, 1 to 3650; no limit when null. A key that names no end ends then.</summary>
    [Id(0)] public int? MaxLifeDays { get; init; }
}

public sealed class KeyPolicyValidator : AbstractValidator<KeyPolicy>
{
    public KeyPolicyValidator() => RuleFor(policy => policy.MaxLifeDays).InclusiveBetween(1, 3650);
}
