using System.Text.Json.Serialization;

namespace Platform.Admin.Management;

/// <summary>A refusal of the management API (RFC 9457), as a page shows it.</summary>
public sealed record ProblemView
{
    public string? Title { get; init; }
    public int Status { get; init; }
    public string? Detail { get; init; }
    public string? Code { get; init; }
    public string? RequestId { get; init; }

    /// <summary>Messages by JSON name of the member at fault.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>When trying again makes sense; only for limits and outages.</summary>
    [JsonIgnore]
    public TimeSpan? RetryAfter { get; init; }

    [JsonIgnore]
    public bool IsNotFound => Status == 404;

    /// <summary>The permission whose want is the reason, as REST names it; null when it is another.</summary>
    [JsonIgnore]
    public string? Lacks => Status == 403 && Code == "permission-denied" && Detail?.Split('\'') is [_, { Length: > 0 } permission, _] ? permission : null;

    /// <summary>The status the page answers with. A refused sign-in is not 401: that would promise an authentication scheme by header.</summary>
    [JsonIgnore]
    public int PageStatus => Status is 401 or < 400 or > 599 ? 400 : Status;

    /// <summary>What is said of a form field whose name is the JSON name; of a list, also of its entries, <c>scopes[2]</c>, by their number.</summary>
    public string? ErrorFor(string name)
    {
        var said = (Errors ?? new Dictionary<string, string[]>(StringComparer.Ordinal))
            .Where(error => error.Value.Length > 0 && IsOf(name, error.Key))
            .GroupBy(error => Spoken(error.Value[0]), error => NumberOf(name, error.Key), StringComparer.Ordinal)
            .Select(group => group.OfType<int>().ToArray() is { Length: > 0 } numbers ? $"{group.Key} (entry {string.Join(", ", numbers)})" : group.Key)
            .ToArray();
        return said.Length == 0 ? null : string.Join(' ', said);
    }

    /// <summary>Messages that no field of the form shows.</summary>
    public IEnumerable<string> ErrorsBeside(params IReadOnlyCollection<string> shown) => (Errors ?? new Dictionary<string, string[]>(StringComparer.Ordinal))
        .Where(error => !shown.Any(name => IsOf(name, error.Key)))
        .SelectMany(error => error.Value.Select(message => $"{error.Key}: {message}"));

    public static ProblemView Unavailable() => new()
    {
        Title = "The management API does not answer",
        Detail = "Nothing was changed as far as the console knows. Try again in a moment.",
        Status = 503,
    };

    public static ProblemView Unreadable(int status) => new()
    {
        Title = "The management API gave an answer the console cannot read",
        Detail = $"It answered with status {status}. The console and the API may be of different versions.",
        Status = 502,
    };

    public static ProblemView NotFound() => new() { Title = "Not found", Status = 404 };

    /// <summary>A refusal the console finds itself, in the shape of REST's.</summary>
    public static ProblemView Invalid(string field, string message) => Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [message] });

    /// <summary>As above, of several fields.</summary>
    public static ProblemView Invalid(IReadOnlyDictionary<string, string[]> errors) => new() { Title = "Please check the form", Status = 400, Errors = errors };

    private static bool IsOf(string name, string key) =>
        key.StartsWith(name, StringComparison.OrdinalIgnoreCase) && (key.Length == name.Length || key[name.Length] == '[');

    /// <summary>Without the member's name in front: it is said at its field.</summary>
    private static string Spoken(string message) => message.Split("' must ", 2) is [['\'', ..], var rule] ? "Must " + rule : message;

    /// <summary>Of an entry, as people count; null for the whole.</summary>
    private static int? NumberOf(string name, string key) =>
        key.Length > name.Length && key[(name.Length + 1)..].Split(']')[0] is var index && int.TryParse(index, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var at) ? at + 1 : null;
}
