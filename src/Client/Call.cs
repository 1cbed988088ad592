using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Platform.Client;

/// <summary>One request, as the generated operations put it together. What is put into its path stays what it is: no value leads to another operation.</summary>
internal sealed class Call(string method, string path)
{
    private readonly StringBuilder _query = new();
    private readonly List<(string Name, string Value)> _headers = [];
    private string _path = path;
    private Func<HttpContent>? _content;

    /// <summary>One segment of the path.</summary>
    public Call Segment(string name, string value)
    {
        _path = _path.Replace($"{{{name}}}", Escape(name, value), StringComparison.Ordinal);
        return this;
    }

    /// <summary>Several segments, with slashes between them.</summary>
    public Call Segments(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        _path = _path.Replace($"{{{name}}}", string.Join('/', value.Split('/').Select(segment => Escape(name, segment))), StringComparison.Ordinal);
        return this;
    }

    public Call Query<T>(string name, T value)
    {
        if (value is not null)
        {
            _query.Append(_query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value as string ?? JsonSerializer.Serialize(value, Wire.Json).Trim('"')));
        }

        return this;
    }

    public Call Header(string name, string? value)
    {
        // An ETag goes back as it came; what would end its line is none.
        if (value?.AsSpan().ContainsAny('\r', '\n', '\0') == true)
        {
            throw new ArgumentException($"{name} is one line.", nameof(value));
        }

        if (value is not null)
        {
            _headers.Add((name, value));
        }

        return this;
    }

    /// <summary>JSON; of a PATCH a merge patch (RFC 7396), in which what is null is not named.</summary>
    public Call Body<T>(T body)
    {
        if (body is not null)
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(body, Wire.Json);
            _content = () => new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue(method == "PATCH" ? "application/merge-patch+json" : "application/json") } };
        }

        return this;
    }

    /// <summary>Bytes with the media type that they have.</summary>
    public Call Bytes(HttpContent body)
    {
        ArgumentNullException.ThrowIfNull(body);
        _content = () => body;
        return this;
    }

    public HttpRequestMessage Write()
    {
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_path + _query, UriKind.Relative)) { Content = _content?.Invoke() };
        foreach (var (name, value) in _headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static string Escape(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value, name);
        return value is "." or ".." ? throw new ArgumentException($"{name} is dots alone, which lead to another path.", nameof(value)) : Uri.EscapeDataString(value);
    }
}
