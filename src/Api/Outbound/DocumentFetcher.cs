using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Problems;

namespace Platform.Api.Outbound;

/// <summary>A document from somewhere else; nothing in it is to be believed.</summary>
/// <param name="Body">At most <see cref="OutboundPolicy.MaxBytes"/>.</param>
/// <param name="MediaType">Without parameters, lower case; empty when the server named none.</param>
internal sealed record FetchedDocument(ReadOnlyMemory<byte> Body, string MediaType);

/// <summary>Gets one document by a URL that a stranger chose. Every reason it may fail for reads the same to the caller; the log has more.</summary>
internal sealed class DocumentFetcher(OutboundPolicy policy, TimeProvider clock, ILogger<DocumentFetcher> logger) : IDisposable
{
    private readonly GuardedClient _client = new(policy, policy.Concurrency, clock, logger);

    /// <summary>The document, if the answer is a plain 200 within the limits.</summary>
    /// <param name="url">Absolute, https, without user or fragment.</param>
    /// <param name="cancel">Gives up sooner.</param>
    public async ValueTask<Result<FetchedDocument>> GetAsync(Uri url, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        return await SendAsync(request, cancel);
    }

    /// <summary>The answer to a form, under the same guard and within the same limits.</summary>
    /// <param name="url">As for <see cref="GetAsync"/>.</param>
    /// <param name="form">Its fields.</param>
    /// <param name="authorization">Who asks; null for nobody. It goes nowhere else: redirects are not followed.</param>
    /// <param name="cancel">Gives up sooner.</param>
    public async ValueTask<Result<FetchedDocument>> PostAsync(Uri url, IEnumerable<KeyValuePair<string, string>> form, AuthenticationHeaderValue? authorization, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Authorization = authorization;
        return await SendAsync(request, cancel);
    }

    /// <summary>The answer to any request, under the same guard and within the same limits.</summary>
    public async ValueTask<Result<FetchedDocument>> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        request.Headers.Accept.ParseAdd("application/json");
        return await _client.SendAsync(request, OutboundPolicy.MaxBytes, cancel) is { Status: HttpStatusCode.OK } answer
            ? new FetchedDocument(answer.Body, answer.Type?.MediaType?.ToLowerInvariant() ?? "")
            : Refused();
    }

    public void Dispose() => _client.Dispose();

    // One text for all: what is open, closed or slow inside a network is nobody's business outside.
    private static Problem Refused() => new(ProblemCode.UpstreamFailed, "The document could not be fetched: it must be served over https from a public address, without redirects, within 64 KiB and 5 s.");
}
