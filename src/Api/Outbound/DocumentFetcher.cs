using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Problems;

namespace Platform.Api.Outbound;

/// <summary>A document from somewhere else; nothing in it is to be believed.</summary>
/// <param name="Body">At most <see cref="OutboundPolicy.MaxBytes"/>.</param>
/// <param name="MediaType">Without parameters, lower case; empty when the server named none.</param>
internal sealed record FetchedDocument(ReadOnlyMemory<byte> Body, string MediaType);

/// <summary>Gets one document by a URL that a stranger chose (OWASP API7, SSRF). Every reason it may fail for reads the same to the caller; the log has more.</summary>
internal sealed partial class DocumentFetcher : IDisposable
{
    private readonly OutboundPolicy _policy;
    private readonly TimeProvider _clock;
    private readonly ILogger<DocumentFetcher> _logger;
    private readonly SemaphoreSlim _slots;
    private readonly HttpMessageInvoker _http;

    public DocumentFetcher(OutboundPolicy policy, TimeProvider clock, ILogger<DocumentFetcher> logger)
    {
        (_policy, _clock, _logger) = (policy, clock, logger);
        _slots = new SemaphoreSlim(policy.Concurrency, policy.Concurrency);
        _http = new HttpMessageInvoker(GuardedHandler.Create(policy));
    }

    /// <summary>The document, if the answer is a plain 200 within the limits.</summary>
    /// <param name="url">Absolute, https, without user or fragment.</param>
    /// <param name="cancel">Gives up sooner.</param>
    public async ValueTask<Result<FetchedDocument>> GetAsync(Uri url, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        return await SendAsync(request, url, cancel);
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
        return await SendAsync(request, url, cancel);
    }

    /// <summary>The answer to any request, under the same guard and within the same limits.</summary>
    public async ValueTask<Result<FetchedDocument>> SendAsync(HttpRequestMessage request, Uri url, CancellationToken cancel)
    {
        if (!_policy.Allows(url))
        {
            return Refused();
        }

        using var patience = new CancellationTokenSource(_policy.Patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        try
        {
            await _slots.WaitAsync(either.Token);
            try
            {
                return await FetchAsync(request, url, either.Token);
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException || (failure is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            Log.Failed(_logger, failure, url.Host);
            return Refused();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _slots.Dispose();
    }

    private async Task<Result<FetchedDocument>> FetchAsync(HttpRequestMessage request, Uri url, CancellationToken cancel)
    {
        request.Headers.Accept.ParseAdd("application/json");
        using var response = await _http.SendAsync(request, cancel);

        // A redirect would lead where nobody judged the address: it is an answer like any other that is not 200.
        if (response.StatusCode != HttpStatusCode.OK || response.Content.Headers.ContentLength > OutboundPolicy.MaxBytes || response.Content.Headers.ContentEncoding.Count > 0)
        {
            Log.Unusable(_logger, url.Host, (int)response.StatusCode);
            return Refused();
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[OutboundPolicy.MaxBytes + 1];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancel);
            if (read == 0)
            {
                return new FetchedDocument(buffer.AsMemory(0, length), response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant() ?? "");
            }

            length += read;
        }

        Log.Unusable(_logger, url.Host, (int)response.StatusCode);
        return Refused();
    }

    // One text for all: what is open, closed or slow inside a network is nobody's business outside.
    private static Problem Refused() => new(ProblemCode.UpstreamFailed, "The document could not be fetched: it must be served over https from a public address, without redirects, within 64 KiB and 5 s.");

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "DocumentNotFetched", Level = LogLevel.Warning, Message = "A document of {Host} could not be fetched.")]
        public static partial void Failed(ILogger logger, Exception failure, string host);

        [LoggerMessage(EventId = 2, EventName = "DocumentUnusable", Level = LogLevel.Warning, Message = "A document of {Host} was answered with status {Status}, or is larger than allowed.")]
        public static partial void Unusable(ILogger logger, string host, int status);
    }
}
