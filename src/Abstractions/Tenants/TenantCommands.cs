using FluentValidation;
using Platform.Abstractions.RateLimits;

namespace Platform.Abstractions.Tenants;

/// <summary>Creates a tenant.</summary>
[GenerateSerializer, Alias("create-tenant"), Immutable]
public sealed record CreateTenant : ITenantSettings
{
    /// <summary>Name in URLs, unique on the platform; cannot be changed.</summary>
    [Id(0)] public required string Slug { get; init; }

    /// <summary>Name for people, 1 to 100 characters; the slug when absent.</summary>
    [Id(1)] public string? DisplayName { get; init; }

    /// <summary>Defaults to <see cref="Tenants.AuditMode.Durable"/>.</summary>
    [Id(2)] public AuditMode AuditMode { get; init; }

    /// <summary>Limit of each key that names none; the guide's 100 per minute when absent.</summary>
    [Id(3)] public RateLimitRule? RateLimit { get; init; }

    /// <summary>Browser origins that may call the endpoint; none when absent.</summary>
    [Id(4)] public string[]? AllowedOrigins { get; init; }

    /// <summary>Limits on requests below the platform's; the platform's own when absent.</summary>
    [Id(5)] public InputLimits? InputLimits { get; init; }
}

public sealed class CreateTenantValidator : TenantSettingsRules<CreateTenant>
{
    public CreateTenantValidator() => RuleFor(command => command.Slug).NotEmpty().Must(slug => TenantSlug.IsValid(slug))
        .WithMessage("Use 1 to 40 lower-case letters, digits and single hyphens, neither first nor last.")
        .Must(slug => slug is not "new").WithMessage("This word is one of the console's addresses; choose another.");
}

/// <summary>Stops all service of a tenant; effective everywhere within 5 s.</summary>
[GenerateSerializer, Alias("suspend-tenant"), Immutable]
public sealed record SuspendTenant
{
    /// <summary>Shown to operators and in the audit trail, at most 500 characters.</summary>
    [Id(0)] public string? Reason { get; init; }
}

public sealed class SuspendTenantValidator : AbstractValidator<SuspendTenant>
{
    public SuspendTenantValidator() => RuleFor(command => command.Reason).MaximumLength(500);
}
