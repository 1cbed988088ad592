using System.Globalization;

namespace Platform.Cli.Rest;

/// <summary>A path of the API under <c>/v1</c>, and its query. What is put into it is escaped: no argument is more than one segment.</summary>
/// <param name="Path">After <c>/v1/</c>, or after the owner's path.</param>
/// <param name="IsOwned">It is below the tenant, or the platform, that the command is about.</param>
/// <param name="OfPlatform">The path after <c>/v1/</c> where the platform's own is another one.</param>
internal sealed record Route(string Path, bool IsOwned, string? OfPlatform)
{
    private string _query = "";

    public static Route Of(FormattableString path) => new(Fill(path), IsOwned: false, null);

    public static Route Owned(FormattableString path) => new(Fill(path), IsOwned: true, null);

    public static Route Owned(FormattableString path, FormattableString ofPlatform) => new(Fill(path), IsOwned: true, Fill(ofPlatform));

    /// <summary>With these parameters; those without a value are left out.</summary>
    public Route With(params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var text = _query;
        foreach (var (name, value) in query)
        {
            if (value is not null)
            {
                text += $"{(text.Length == 0 ? '?' : '&')}{name}={Uri.EscapeDataString(value)}";
            }
        }

        return this with { _query = text };
    }

    /// <param name="tenant">Its slug; null for the platform.</param>
    public string Resolve(string? tenant)
    {
        var path = !IsOwned ? $"/v1/{Path}"
            : tenant is not null ? Below($"/v1/tenants/{Segment(tenant)}")
            : OfPlatform is not null ? $"/v1/{OfPlatform}"
            : Below("/v1/platform");
        return path + _query;
    }

    /// <summary>A path of many segments, each escaped.</summary>
    public static string Segments(string path) => string.Join('/', path.Split('/').Select(Segment));

    private static string Fill(FormattableString path) =>
        string.Format(CultureInfo.InvariantCulture, path.Format, [.. path.GetArguments().Select(argument => argument is Raw raw ? raw.Text : (object)Segment(Convert.ToString(argument, CultureInfo.InvariantCulture) ?? ""))]);

    /// <summary>An empty segment, or one of dots alone, would lead to another route; no name is one, so it is asked for in a form that names nothing.</summary>
    private static string Segment(string text) => text.Length == 0 ? "%20" : text.All(c => c == '.') ? text.Replace(".", "%252E", StringComparison.Ordinal) : Uri.EscapeDataString(text);

    private string Below(string owner) => Path.Length == 0 || Path[0] == ':' ? owner + Path : $"{owner}/{Path}";

    /// <summary>Text that is escaped already.</summary>
    internal sealed record Raw(string Text);
}
