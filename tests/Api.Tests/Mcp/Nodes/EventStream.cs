using System.Text;
using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Nodes;

/// <summary>One event of a stream; a message of no kind when it only primes the client.</summary>
internal sealed record StreamEvent(string? Id, JsonElement Message)
{
    public string? Method => Message.ValueKind == JsonValueKind.Object && Message.TryGetProperty("method", out var method) ? method.GetString() : null;
}

/// <summary>An answer that is an event stream, read event by event.</summary>
internal sealed class EventStream(HttpResponseMessage response, StreamReader reader) : IDisposable
{
    /// <summary>Far longer than anything here takes, so that it decides nothing but a hang.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<EventStream> OpenAsync(HttpClient http, HttpRequestMessage request)
    {
        using var patience = new CancellationTokenSource(Patience);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        if (response.Content.Headers.ContentType?.MediaType != "text/event-stream")
        {
            throw new InvalidOperationException($"No event stream: {await Reply.ReadAsync(response)}");
        }

        return new EventStream(response, new StreamReader(await response.Content.ReadAsStreamAsync(patience.Token), Encoding.UTF8));
    }

    /// <summary>The next event; null at the end.</summary>
    public async Task<StreamEvent?> NextAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        string? id = null;
        string? data = null;
        while (await reader.ReadLineAsync(patience.Token) is { } line)
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
                return new StreamEvent(id, data.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(data));
            }
        }

        return null;
    }

    /// <summary>The next message with this method.</summary>
    public Task<StreamEvent> UntilAsync(string method) => UntilAsync(heard => heard.Method == method, method);

    /// <summary>The next message that answers.</summary>
    public async Task<JsonElement> AnswerAsync() =>
        (await UntilAsync(heard => heard.Message.ValueKind == JsonValueKind.Object && heard.Method is null, "an answer")).Message;

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }

    private async Task<StreamEvent> UntilAsync(Predicate<StreamEvent> wanted, string what)
    {
        while (await NextAsync() is { } heard)
        {
            if (wanted(heard))
            {
                return heard;
            }
        }

        throw new InvalidOperationException($"The stream ended without {what}.");
    }
}
