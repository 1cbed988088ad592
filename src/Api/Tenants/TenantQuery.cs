using Microsoft.AspNetCore.Mvc;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;

namespace Platform.Api.Tenants;

/// <summary>The filter of the list of tenants, as it stands in the query.</summary>
internal sealed record TenantQuery
{
    private const int MaxName = 100;

    [FromQuery] public string? Name { get; init; }

    [FromQuery] public string? Status { get; init; }

    public static string[] States { get; } = ["active", "suspended", "deleted"];

    public bool WantsAll => Name is null && Status is null;

    public Problem? Check() => Name is { Length: 0 or > MaxName } ? Problem.Invalid([new FieldError("name", $"Write a part of a slug or a name, at most {MaxName} characters.")]) : null;

    public bool Wants(TenantView tenant) =>
        (Name is null || tenant.Slug.Contains(Name, StringComparison.OrdinalIgnoreCase) || tenant.DisplayName.Contains(Name, StringComparison.OrdinalIgnoreCase))
        && (Status is null || tenant.Status == QueryWord.Of<TenantStatus>(Status));
}
