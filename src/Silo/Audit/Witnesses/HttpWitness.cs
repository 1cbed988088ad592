using System.Net.Http.Headers;
using Platform.Abstractions.Audit;
using Platform.Api.Outbound;

namespace Platform.Silo.Audit.Witnesses;

/// <summary>A server of somebody else: POST gives it a checkpoint, GET asks for the last one it took. 200 is the only answer that counts.</summary>
internal sealed class HttpWitness(Uri url, string authorization, DocumentFetcher fetcher) : IAuditWitness, IDisposable
{
    public string Name => "http";

    public async Task<WitnessRecord?> LastAsync(CancellationToken cancel)
    {
        var document = await SendAsync(HttpMethod.Get, null, cancel);
        return document.Body.IsEmpty ? null
            : WitnessRecord.TryRead(document.Body.Span.TrimEnd("\r\n"u8), out var record) ? record
            : throw new InvalidDataException("The witness answered something that is no checkpoint.");
    }

    public async Task WriteAsync(WitnessRecord record, CancellationToken cancel)
    {
        using var content = new ByteArrayContent(record.Write());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        await SendAsync(HttpMethod.Post, content, cancel);
    }

    public void Dispose() => fetcher.Dispose();

    private async Task<FetchedDocument> SendAsync(HttpMethod method, HttpContent? content, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content };
        if (authorization.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return (await fetcher.SendAsync(request, cancel)).Try(out var document, out var refused) ? document : throw new IOException(refused.Detail);
    }
}
