namespace Platform.Abstractions.Incidents;

/// <summary>The form of an incident's id: <c>inc_</c> and 32 hexadecimal digits, which sort by the time of opening.</summary>
public static class IncidentId
{
    private const string Prefix = "inc_";

    public static string New(DateTimeOffset now) => $"{Prefix}{Guid.CreateVersion7(now):N}";

    /// <summary>Whether an incident could have this id: what has another form is asked for nowhere.</summary>
    public static bool IsValid(string? text) => text is { Length: 36 } && text.StartsWith(Prefix, StringComparison.Ordinal) && text[Prefix.Length..].All(char.IsAsciiHexDigitLower);
}
