using System.Text.Json;

namespace Platform.Api.Tests.Mcp.Support;

/// <summary>One server-sent event.</summary>
internal sealed record SseEvent(string? Id, string Data)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Data);
}

/// <summary>An answer whose head has arrived, read event by event. Disposing it closes the connection at once.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // What is left unread is not drained: closing means closing.
    private static readonly HttpClient Http = new(new SocketsHttpHandler { MaxResponseDrainSize = 0, ResponseDrainTimeout = TimeSpan.FromMilliseconds(1) });
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private EventStream(HttpResponseMessage response, Stream body) => (_response, _reader) = (response, new StreamReader(body));

    public int Status => (int)_response.StatusCode;

    public string? MediaType => _response.Content.Headers.ContentType?.MediaType;

    public string? Header(string name) => _response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    public static async Task<EventStream> OpenAsync(HttpRequestMessage request)
    {
        using var patience = new CancellationTokenSource(Patience);
        var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        return new EventStream(response, await response.Content.ReadAsStreamAsync(patience.Token));
    }

    /// <summary>The next event; null at the end of the stream.</summary>
    public async Task<SseEvent?> NextAsync()
    {
        string? id = null;
        string? data = null;

        // Of the whole event: a stream that only beats is no progress.
        using var patience = new CancellationTokenSource(Patience);
        while (await _reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line[4..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                data = line[6..];
            }
            else if (line.Length == 0 && data is not null)
            {
                return new SseEvent(id, data);
            }
        }

        return null;
    }

    /// <summary>The next event that carries a message; null at the end.</summary>
    public async Task<SseEvent?> MessageAsync()
    {
        SseEvent? next;
        do
        {
            next = await NextAsync();
        }
        while (next is { Data.Length: 0 });
        return next;
    }

    public async Task<JsonElement> JsonAsync() => (await MessageAsync() ?? throw new Xunit.Sdk.XunitException("The stream ended.")).Json;

    /// <summary>Every message to the end of the stream.</summary>
    public async Task<List<JsonElement>> RestAsync()
    {
        var messages = new List<JsonElement>();
        while (await MessageAsync() is { } message)
        {
            messages.Add(message.Json);
        }

        return messages;
    }

    /// <summary>Reads lines until one is a comment.</summary>
    public async Task<bool> CommentAsync()
    {
        while (await LineAsync() is { } line)
        {
            if (line.StartsWith(':'))
            {
                return true;
            }
        }

        return false;
    }

    public ValueTask DisposeAsync()
    {
        _response.Dispose();
        _reader.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string?> LineAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await _reader.ReadLineAsync(patience.Token);
    }
}
