using FluentValidation;
using Platform.Abstractions.RateLimits;

namespace Platform.Abstractions.Tenants;

/// <summary>What is chosen when a tenant is made, and can be changed later.</summary>
public interface ITenantSettings
{
    string? DisplayName { get; }

    AuditMode AuditMode { get; }

    RateLimitRule? RateLimit { get; }

    string[]? AllowedOrigins { get; }

    InputLimits? InputLimits { get; }
}

/// <summary>All settings of a tenant. What is left out is as it is for a new tenant.</summary>
[GenerateSerializer, Alias("tenant-settings"), Immutable]
public sealed record TenantSettings : ITenantSettings
{
    /// <summary>Name for people, 1 to 100 characters; the slug when absent.</summary>
    [Id(0)] public string? DisplayName { get; init; }

    /// <summary>Defaults to <see cref="Tenants.AuditMode.Durable"/>. Only operators change it.</summary>
    [Id(1)] public AuditMode AuditMode { get; init; }

    /// <summary>Limit of each key that names none; the guide's 100 per minute when absent. Only operators change it.</summary>
    [Id(2)] public RateLimitRule? RateLimit { get; init; }

    /// <summary>Browser origins that may call the endpoint; none when absent.</summary>
    [Id(3)] public string[]? AllowedOrigins { get; init; }

    /// <summary>Limits on requests below the platform's; the platform's own when absent.</summary>
    [Id(4)] public InputLimits? InputLimits { get; init; }

    /// <summary>Those that a tenant has.</summary>
    public static TenantSettings Of(TenantView tenant) => new()
    {
        DisplayName = tenant.DisplayName,
        AuditMode = tenant.AuditMode,
        RateLimit = tenant.RateLimit,
        AllowedOrigins = tenant.AllowedOrigins,
        InputLimits = tenant.InputLimits,
    };
}

/// <summary>The rules of settings, wherever they are given.</summary>
public class TenantSettingsRules<T> : AbstractValidator<T> where T : ITenantSettings
{
    protected TenantSettingsRules()
    {
        RuleFor(settings => settings.DisplayName).MaximumLength(100).Must(name => name is null || (name.Trim().Length > 0 && !name.Any(char.IsControl)))
            .WithMessage("Use 1 to 100 characters without control characters.");
        RuleFor(settings => settings.AuditMode).IsInEnum();
        RuleFor(settings => settings.RateLimit!).SetValidator(new RateLimitRuleValidator()).When(settings => settings.RateLimit is not null);
        RuleFor(settings => settings.InputLimits!).SetValidator(new InputLimitsValidator()).When(settings => settings.InputLimits is not null);
        RuleFor(settings => settings.AllowedOrigins).Must(origins => origins is null || origins.Length <= 50).WithMessage("At most 50 origins.");
        RuleForEach(settings => settings.AllowedOrigins).Must(OriginRule.IsValid).WithMessage("Write an origin as scheme://host[:port], in lower case, without a path.");
    }
}

public sealed class TenantSettingsValidator : TenantSettingsRules<TenantSettings>;
