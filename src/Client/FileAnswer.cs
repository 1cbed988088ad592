namespace Platform.Client;

/// <summary>Bytes as they arrive. Dispose it: until then it holds a connection.</summary>
public sealed class FileAnswer : IDisposable
{
    private readonly HttpResponseMessage _response;

    internal FileAnswer(HttpResponseMessage response, Stream stream)
    {
        _response = response;
        Stream = stream;
    }

    /// <summary>To be read once.</summary>
    public Stream Stream { get; }

    /// <summary>206 when it is the part that was asked for, else 200.</summary>
    public int Status => (int)_response.StatusCode;

    /// <summary>The media type, with its parameters.</summary>
    public string? ContentType => _response.Content.Headers.ContentType?.ToString();

    /// <summary>Of all of them; null when the server does not know.</summary>
    public long? Length => _response.Content.Headers.ContentLength;

    /// <summary>The version that it is.</summary>
    public string? ETag => _response.Headers.ETag?.ToString();

    /// <summary>Gives the connection back.</summary>
    public void Dispose() => _response.Dispose();
}
