using Microsoft.AspNetCore.Http;

namespace Platform.Admin.Components.Pages.Keys;

/// <summary>Which keys a list shows, as its address says and REST can find them: by a part of the name, state, owner and kind.</summary>
internal sealed record KeySearch
{
    private const int MaxPrincipal = 64;

    /// <summary>Of a part of a name, as REST takes it.</summary>
    public const int MaxName = 100;

    public static IReadOnlyList<(string Value, string Text)> States { get; } = [("", "All states"), ("active", "Active"), ("expired", "Expired"), ("revoked", "Revoked")];

    public static IReadOnlyList<(string Value, string Text)> Kinds { get; } = [("", "All kinds"), ("mcp", "For the endpoint"), ("management", "For management")];

    public string? Name { get; private init; }

    public string? Status { get; private init; }

    public string? Principal { get; private init; }

    public string? Kind { get; private init; }

    public bool IsEmpty => (Name, Status, Principal, Kind) is (null, null, null, null);

    /// <summary>What is none of the choices says nothing.</summary>
    public static KeySearch Of(HttpContext context) => new()
    {
        Name = Written(context.Request.Query["name"], MaxName),
        Status = Chosen(context.Request.Query["status"], States),
        Principal = Written(context.Request.Query["principal"], MaxPrincipal),
        Kind = Chosen(context.Request.Query["kind"], Kinds),
    };

    /// <summary>As REST reads it, behind a query that is there already.</summary>
    public string ToQuery() => Part("name", Name) + Part("status", Status) + Part("principal", Principal) + Part("kind", Kind);

    /// <summary>An address of the console with this search.</summary>
    public string On(string path) => IsEmpty ? path : path + "?" + ToQuery()[1..];

    private static string? Chosen(string? text, IReadOnlyList<(string Value, string Text)> choices) =>
        !string.IsNullOrEmpty(text) && choices.Any(choice => string.Equals(choice.Value, text, StringComparison.Ordinal)) ? text : null;

    private static string? Written(string? text, int most) => text?.Trim() is { Length: > 0 } written && written.Length <= most ? written : null;

    private static string Part(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";
}
