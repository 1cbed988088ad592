using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Platform.Api.Outbound;

/// <summary>What somebody else's server answered; nothing in it is to be believed.</summary>
/// <param name="Status">As sent.</param>
/// <param name="Type">Null when the server named none, or none that can be read.</param>
/// <param name="Body">Of a 200 only.</param>
internal sealed record OutboundAnswer(HttpStatusCode Status, MediaTypeHeaderValue? Type, ReadOnlyMemory<byte> Body);

/// <summary>
/// The one way out to a document by a URL that a stranger chose: through <see cref="GuardedHandler"/>, within a time and a size, and so many at a time.
/// </summary>
internal sealed partial class GuardedClient : IDisposable
{
    private readonly OutboundPolicy _policy;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _slots;
    private readonly HttpMessageInvoker _http;

    /// <param name="policy">What may be done.</param>
    /// <param name="concurrency">Requests at a time; further ones wait within their patience.</param>
    /// <param name="clock">Measures patience.</param>
    /// <param name="logger">Of whoever asks.</param>
    public GuardedClient(OutboundPolicy policy, int concurrency, TimeProvider clock, ILogger logger)
    {
        (_policy, _clock, _logger) = (policy, clock, logger);
        _slots = new SemaphoreSlim(concurrency, concurrency);
        _http = new HttpMessageInvoker(GuardedHandler.Create(policy));
    }

    /// <summary>From resolving the name to the last byte.</summary>
    public TimeSpan Patience => _policy.Patience;

    /// <summary>The answer; null when there is none within the limits, or the URL may not be asked for. Every reason reads the same here; the log has more.</summary>
    /// <param name="request">To an absolute https URL without user or fragment.</param>
    /// <param name="maxBytes">Of a 200's body.</param>
    /// <param name="cancel">Gives up sooner.</param>
    public async ValueTask<OutboundAnswer?> SendAsync(HttpRequestMessage request, int maxBytes, CancellationToken cancel)
    {
        if (request.RequestUri is not { } url || !_policy.Allows(url))
        {
            return null;
        }

        using var patience = new CancellationTokenSource(_policy.Patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        try
        {
            await _slots.WaitAsync(either.Token);
            try
            {
                return await FetchAsync(request, url.Host, maxBytes, either.Token);
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException || (failure is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            Log.Failed(_logger, failure, url.Host);
            return null;
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _slots.Dispose();
    }

    private async Task<OutboundAnswer?> FetchAsync(HttpRequestMessage request, string host, int maxBytes, CancellationToken cancel)
    {
        using var response = await _http.SendAsync(request, cancel);
        var content = response.Content.Headers;

        // A redirect would lead where nobody judged the address: it is an answer like any other that is not 200.
        if (response.StatusCode != HttpStatusCode.OK)
        {
            Log.Unusable(_logger, host, (int)response.StatusCode);
            return new OutboundAnswer(response.StatusCode, null, default);
        }

        if (!(content.ContentLength > maxBytes) && content.ContentEncoding.Count == 0
            && await ReadAsync(await response.Content.ReadAsStreamAsync(cancel), (int)Math.Min(content.ContentLength ?? 16_384, maxBytes), maxBytes, cancel) is { } body)
        {
            return new OutboundAnswer(response.StatusCode, content.ContentType, body);
        }

        Log.Unusable(_logger, host, (int)response.StatusCode);
        return null;
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(Stream stream, int likely, int maxBytes, CancellationToken cancel)
    {
        var buffer = new byte[likely + 1];
        for (var length = 0; ;)
        {
            if (length == buffer.Length)
            {
                if (length > maxBytes)
                {
                    return null;
                }

                Array.Resize(ref buffer, Math.Min(maxBytes + 1, buffer.Length * 2));
            }

            var read = await stream.ReadAsync(buffer.AsMemory(length), cancel);
            if (read == 0)
            {
                return buffer.AsMemory(0, length);
            }

            length += read;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "DocumentNotFetched", Level = LogLevel.Warning, Message = "A document of {Host} could not be fetched.")]
        public static partial void Failed(ILogger logger, Exception failure, string host);

        [LoggerMessage(EventId = 2, EventName = "DocumentUnusable", Level = LogLevel.Warning, Message = "A document of {Host} was answered with status {Status}, or is larger than allowed.")]
        public static partial void Unusable(ILogger logger, string host, int status);
    }
}
