using Microsoft.AspNetCore.Mvc;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Api.Management;

namespace Platform.Api.Principals;

/// <summary>The filter of a list of principals, as it stands in the query. A value that none can have is a mistake, not an empty list.</summary>
internal sealed record PrincipalQuery
{
    private const int MaxName = 100;
    private const int MaxRole = 64;

    [FromQuery] public string? Kind { get; init; }

    [FromQuery] public string? Name { get; init; }

    [FromQuery] public string? Role { get; init; }

    [FromQuery] public string? Status { get; init; }

    public static string[] Kinds { get; } = ["service", "user", "device", "group"];

    public static string[] States { get; } = ["active", "blocked"];

    public Result<PrincipalFilter> Read()
    {
        var faults = new List<FieldError>();
        if (Name is { Length: 0 or > MaxName })
        {
            faults.Add(new FieldError("name", $"Write a part of an id or a name, at most {MaxName} characters."));
        }

        if (Role is { Length: 0 or > MaxRole })
        {
            faults.Add(new FieldError("role", "Name a role such as operator."));
        }

        return faults.Count > 0
            ? Problem.Invalid(faults)
            : new PrincipalFilter
            {
                Kind = QueryWord.Of<PrincipalKind>(Kind),
                Name = Name,
                Role = Role,
                Blocked = Status is null ? null : Status == "blocked",
            };
    }
}
