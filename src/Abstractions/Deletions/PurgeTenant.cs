using FluentValidation;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Deletions;

/// <summary>Destroys a deleted tenant before its grace is over. Nothing brings it back.</summary>
[GenerateSerializer, Alias("purge-tenant"), Immutable]
public sealed record PurgeTenant
{
    /// <summary>The tenant's slug, once more: whoever types it means this tenant.</summary>
    [Id(0)] public required string Confirm { get; init; }

    /// <summary>True lets another tenant have the slug afterwards. It stays taken by default: clients that still hold the old address would talk to a stranger.</summary>
    [Id(1)] public bool ReleaseSlug { get; init; }
}

public sealed class PurgeTenantValidator : AbstractValidator<PurgeTenant>
{
    public PurgeTenantValidator() => RuleFor(command => command.Confirm).NotEmpty().MaximumLength(TenantSlug.MaxLength);
}
