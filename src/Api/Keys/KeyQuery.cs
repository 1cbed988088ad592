using Microsoft.AspNetCore.Mvc;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Problems;
using Platform.Api.Management;

namespace Platform.Api.Keys;

/// <summary>The filter of a list of keys, as it stands in the query. A value that no key can have is a mistake, not an empty list.</summary>
internal sealed record KeyQuery
{
    private const int MaxPrincipal = 64;
    private const int MaxName = 100;

    [FromQuery] public string? Status { get; init; }

    [FromQuery] public string? Principal { get; init; }

    [FromQuery] public string? Kind { get; init; }

    [FromQuery] public string? Name { get; init; }

    [FromQuery] public string? ExpiresBefore { get; init; }

    public static string[] States { get; } = ["active", "expired", "revoked"];

    public static string[] Kinds { get; } = ["mcp", "management"];

    public Result<KeyFilter> Read()
    {
        var faults = new List<FieldError>();
        if (Principal is { Length: 0 or > MaxPrincipal })
        {
            faults.Add(new FieldError("principal", "Name a principal such as svc_…."));
        }

        if (Name is { Length: 0 or > MaxName })
        {
            faults.Add(new FieldError("name", $"Write a part of a name, at most {MaxName} characters."));
        }

        var before = default(DateTimeOffset);
        if (ExpiresBefore is not null && !QueryMoment.TryParse(ExpiresBefore, out before))
        {
            faults.Add(new FieldError("expiresBefore", QueryMoment.Form));
        }

        return faults.Count > 0
            ? Problem.Invalid(faults)
            : new KeyFilter { Status = QueryWord.Of<KeyStatus>(Status), Principal = Principal, Kind = QueryWord.Of<KeyKind>(Kind), Name = Name, ExpiresBefore = ExpiresBefore is null ? null : before };
    }
}
