using Microsoft.AspNetCore.Mvc;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Api.Management;

namespace Platform.Api.Audit;

/// <summary>The filter of a search as the query says it. What no event can have is a mistake, not an empty list.</summary>
internal sealed record AuditQuery
{
    public static string[] Classes { get; } = ["securityViolation", "authentication", "authorization", "resourceAccess", "toolExecution", "administration"];

    [FromQuery] public string? From { get; init; }

    [FromQuery] public string? To { get; init; }

    [FromQuery] public string? Class { get; init; }

    [FromQuery] public string? Action { get; init; }

    [FromQuery] public string? Outcome { get; init; }

    [FromQuery] public string? Principal { get; init; }

    [FromQuery] public string? Correlation { get; init; }

    [FromQuery] public string? Hmac { get; init; }

    /// <summary>All faults at once.</summary>
    public Result<AuditFilter> Read()
    {
        var faults = new List<FieldError>();
        var filter = new AuditFilter
        {
            From = Time("from", From),
            To = Time("to", To),
            Class = Class,
            Action = Text("action", Action),
            Outcome = Outcome is null || AuditOutcomes.Has(Outcome) ? Outcome : Fault<string>("outcome", $"Choose {AuditOutcomes.Ok}, {AuditOutcomes.Cancelled}, {AuditIntent.Unfinished}, or the code of a problem, such as {ProblemCatalogue.Row(ProblemCode.PermissionDenied).Slug}."),
            Principal = Text("principal", Principal),
            Correlation = Correlation is null ? null : Guid.TryParseExact(Correlation, "N", out var id) ? id : Fault<Guid?>("correlation", "32 hexadecimal digits, as an answer's requestId has them."),
            Hmac = Hmac is null || HashedValue.IsHmac(Hmac) ? Hmac : Fault<string>("hmac", "As a record or a look-up has it: hmac: and 43 characters."),
        };
        if (filter.From >= filter.To)
        {
            Fault<string>("to", "Choose a moment after from.");
        }

        return faults.Count == 0 ? filter : Problem.Invalid(faults);

        DateTimeOffset? Time(string name, string? text) =>
            text is null ? null
            : QueryMoment.TryParse(text, out var at) ? at
            : Fault<DateTimeOffset?>(name, QueryMoment.Form);

        string? Text(string name, string? text) =>
            text is null || (text.Length is > 0 and <= AuditFacets.MaxLength && !text.Any(char.IsControl)) ? text : Fault<string>(name, $"1 to {AuditFacets.MaxLength} characters.");

        T? Fault<T>(string name, string message)
        {
            faults.Add(new FieldError(name, message));
            return default;
        }
    }
}
