using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Cli.Documents;
using Platform.Cli.Outcomes;

namespace Platform.Cli.Rest;

/// <summary>Sends requests to the management API. What can be repeated without harm is repeated when the server is away for a moment; a POST under one Idempotency-Key.</summary>
internal sealed class RestClient(Connection connection, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);
    private readonly HttpClient _http = Transport.Open(connection);

    public async Task<Reply> SendAsync(RestRequest request, CancellationToken cancel)
    {
        var key = Guid.NewGuid().ToString("N");
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan? wait;
            Reply reply;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            if (request.Bytes is null)
            {
                patience.CancelAfter(Patience);
            }

            try
            {
                using var message = Message(request, key);
                using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, patience.Token);
                reply = await ReadAsync(response, patience.Token);
                wait = reply.Refusal is null ? null : Retry.After(request, response, attempt);
            }
            catch (Exception failure) when (IsOfNetwork(failure, cancel))
            {
                reply = Transport.Explain(connection.Url, failure);
                wait = Retry.After(request, null, attempt);
            }

            if (wait is not { } pause)
            {
                return reply;
            }

            await Task.Delay(pause, clock, cancel);
        }
    }

    /// <summary>Sends once, and leaves the body of a good answer to the caller, who disposes of it.</summary>
    public async Task<Outcome<HttpResponseMessage>> OpenAsync(RestRequest request, CancellationToken cancel)
    {
        HttpResponseMessage? response = null;
        try
        {
            using var message = Message(request, Guid.NewGuid().ToString("N"));
            response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            var refused = (await ReadAsync(response, cancel)).Refusal!;
            response.Dispose();
            return refused;
        }
        catch (Exception failure) when (IsOfNetwork(failure, cancel))
        {
            response?.Dispose();
            return Transport.Explain(connection.Url, failure);
        }
    }

    public void Dispose() => _http.Dispose();

    public static bool IsOfNetwork(Exception failure, CancellationToken cancel) =>
        failure is HttpRequestException or IOException || (failure is OperationCanceledException && !cancel.IsCancellationRequested);

    private static HttpRequestMessage Message(RestRequest request, string key)
    {
        var message = new HttpRequestMessage(request.Method, new Uri(request.Path, UriKind.Relative));
        if (request.Bytes is { } bytes)
        {
            message.Content = new StreamContent(bytes.Content);
            message.Content.Headers.ContentType = bytes.Type is null ? null : MediaTypeHeaderValue.Parse(bytes.Type);

            // A server that refuses says so before all is sent.
            message.Headers.ExpectContinue = true;
        }
        else if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(JsonText.WriteLine(body)));
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.Method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json");
        }

        if (request.Method == HttpMethod.Post && !request.IsOnce)
        {
            message.Headers.Add("Idempotency-Key", key);
        }

        if (request.IfNew)
        {
            message.Headers.TryAddWithoutValidation("If-None-Match", "*");
        }

        if (request.IfMatch is { } version)
        {
            message.Headers.TryAddWithoutValidation("If-Match", version);
        }

        if (request.LastEventId is { } last)
        {
            message.Headers.TryAddWithoutValidation("Last-Event-ID", last);
        }

        return message;
    }

    private static async Task<Reply> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        using var gathered = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, cancel)) > 0;)
        {
            if (gathered.Length + read > JsonText.MaxBytes)
            {
                return new Refusal(ExitCode.Refused, "The answer is longer than any that is expected.");
            }

            gathered.Write(buffer.AsSpan(0, read));
        }

        var body = gathered.GetBuffer().AsSpan(0, (int)gathered.Length);
        if (!response.IsSuccessStatusCode)
        {
            return new Reply { Refusal = ProblemReader.Read(response, body), At = response.Headers.Date };
        }

        JsonNode? answer = null;
        if (!body.IsEmpty && !JsonText.Read(body).Try(out answer, out _))
        {
            return new Refusal(ExitCode.Refused, "The answer is no JSON. Is this the URL of the management API?");
        }

        return new Reply
        {
            Body = answer,
            Version = response.Headers.ETag?.Tag,
            Operation = response.Headers.TryGetValues("Operation-Location", out var operations) ? operations.FirstOrDefault() : null,
            IsReplayed = response.Headers.Contains("Idempotency-Replayed"),
            At = response.Headers.Date,
        };
    }
}
