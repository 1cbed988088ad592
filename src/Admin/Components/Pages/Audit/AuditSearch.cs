using System.Globalization;
using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Admin.Management;

namespace Platform.Admin.Components.Pages.Audit;

/// <summary>A search as the page's address has it: what a form with GET makes, what pills take away from, and what REST is asked.</summary>
internal sealed record AuditSearch
{
    private const int MaxText = 200;

    /// <summary>As a field of a form writes it; its times are UTC.</summary>
    private const string Local = "yyyy-MM-ddTHH:mm";
    private const string LocalSeconds = Local + ":ss";

    public static IReadOnlyList<(string Value, string Text)> Classes { get; } =
    [
        ("securityViolation", "Security violation"), ("authentication", "Authentication"), ("authorization", "Authorization"),
        ("resourceAccess", "Resource access"), ("toolExecution", "Tool execution"), ("administration", "Administration"),
    ];

    private static readonly (string Name, string Title)[] Conditions =
        [("from", "From"), ("to", "To"), ("class", "Class"), ("principal", "Principal"), ("action", "Action"), ("outcome", "Outcome"), ("correlation", "Request"), ("order", "Order")];

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public string? this[string name] => _values.GetValueOrDefault(name);

    public bool IsEmpty => _values.Count == 0;

    /// <summary>The conditions, each with the search that lacks it.</summary>
    public IEnumerable<(string Title, string Value, AuditSearch Without)> Pills =>
        Conditions.Where(condition => _values.ContainsKey(condition.Name)).Select(condition => (condition.Title, Shown(condition.Name), With(condition.Name, null)));

    public static AuditSearch Of(HttpContext context)
    {
        var search = new AuditSearch();
        foreach (var (name, _) in Conditions)
        {
            var text = context.Request.Query[name].ToString().Trim();
            if (text.Length is > 0 and <= MaxText && (name != "order" || text == "oldest"))
            {
                search._values[name] = text;
            }
        }

        return search;
    }

    public AuditSearch With(string name, string? value)
    {
        var search = new AuditSearch();
        foreach (var (key, text) in _values.Where(pair => pair.Key != name))
        {
            search._values[key] = text;
        }

        if (value is not null)
        {
            search._values[name] = value;
        }

        return search;
    }

    /// <summary>Of a stretch of time: to the second, and no less than the stretch.</summary>
    public AuditSearch Within(DateTimeOffset from, DateTimeOffset to)
    {
        var (first, last) = (Second(from.UtcTicks), Second(Math.Min(to.UtcTicks + TimeSpan.TicksPerSecond - 1, DateTimeOffset.MaxValue.UtcTicks)));
        return With("from", Written(first)).With("to", Written(last));

        static DateTime Second(long ticks) => new(ticks - (ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);

        static string Written(DateTime at) => at.ToString(at.Second == 0 ? Local : LocalSeconds, CultureInfo.InvariantCulture);
    }

    public AuditSearch Since(DateTimeOffset from) => With("from", from.UtcDateTime.ToString(Local, CultureInfo.InvariantCulture)).With("to", null);

    /// <summary>An address of the console with this search.</summary>
    public string On(string path) => IsEmpty ? path : $"{path}?{string.Join('&', Conditions.Where(condition => _values.ContainsKey(condition.Name)).Select(condition => $"{condition.Name}={Uri.EscapeDataString(_values[condition.Name])}"))}";

    /// <summary>The same, as REST reads it.</summary>
    public string ToQuery() => string.Concat(Conditions.Where(condition => _values.ContainsKey(condition.Name)).Select(condition => condition.Name == "order" ? "&orderBy=sequence" : $"&{condition.Name}={Uri.EscapeDataString(Sent(condition.Name))}"));

    public Task<Answer<Page<AuditEventItem>>> FindAsync(ManagementClient management, string slug, int size, string? token) =>
        management.InTenantAsync<Page<AuditEventItem>>(HttpMethod.Get, slug, "/audit-events" + ManagementClient.Paging(size, token) + ToQuery());

    /// <summary>How many events there are of it, by time. The order is nothing to a count.</summary>
    public Task<Answer<AuditHistogram>> CountAsync(ManagementClient management, string slug, int buckets) =>
        management.InTenantAsync<AuditHistogram>(HttpMethod.Get, slug, $"/audit-events:histogram?buckets={buckets}" + With("order", null).ToQuery());

    private string Shown(string name) => name switch
    {
        "class" => Classes.FirstOrDefault(one => one.Value == _values[name]).Text ?? _values[name],
        "from" or "to" => _values[name].Replace('T', ' ') + " UTC",
        _ => _values[name],
    };

    private string Sent(string name) =>
        name is "from" or "to" && DateTime.TryParseExact(_values[name], [Local, LocalSeconds], CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
            ? at.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)
            : _values[name];
}
