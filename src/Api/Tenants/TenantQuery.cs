using Microsoft.AspNetCore.Mvc;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Tenants;

/// <summary>The filter of the list of tenants, as it stands in the query.</summary>
internal sealed record TenantQuery
{
    private const int MaxName = 100;

    [FromQuery] public string? Name { get; init; }

    [FromQuery] public string? Status { get; init; }

    public static string[] States { get; } = ["active", "suspended", "deleted"];

    public bool WantsAll => Name is null && Status is null;

    public Problem? Check()
    {
        var faults = new List<FieldError>();
        if (Name is { Length: 0 or > MaxName })
        {
            faults.Add(new FieldError("name", $"Write a part of a slug or a name, at most {MaxName} characters."));
        }

        if (Status is not null && !States.Contains(Status, StringComparer.Ordinal))
        {
            faults.Add(new FieldError("status", "Choose active, suspended or deleted."));
        }

        return faults.Count > 0 ? Problem.Invalid(faults) : null;
    }

    public bool Wants(TenantView tenant) =>
        (Name is null || tenant.Slug.Contains(Name, StringComparison.OrdinalIgnoreCase) || tenant.DisplayName.Contains(Name, StringComparison.OrdinalIgnoreCase))
        && Status switch
        {
            "active" => tenant.Status == TenantStatus.Active,
            "suspended" => tenant.Status == TenantStatus.Suspended,
            "deleted" => tenant.Status == TenantStatus.Deleted,
            _ => true,
        };
}
