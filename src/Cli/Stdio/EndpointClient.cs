using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Platform.Abstractions.Problems;

namespace Platform.Cli.Stdio;

/// <summary>
/// Speaks HTTP with the one endpoint. What surely did not run is tried again: a connection that could not be made, and 429. Everything else is answered
/// once, because a tool may have done its work before the connection broke.
/// </summary>
internal sealed class EndpointClient : IDisposable
{
    private const int MaxRefusal = 64 * 1024;
    private readonly BridgeOptions _options;
    private readonly Diagnostics _diagnostics;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;

    public EndpointClient(BridgeOptions options, Diagnostics diagnostics, TimeProvider clock)
    {
        (_options, _diagnostics, _clock) = (options, diagnostics, clock);
        _http = new HttpClient(new SocketsHttpHandler
        {
            // The key goes to the endpoint that was named and nowhere else: no redirects, and no proxy for what must not leave this machine.
            AllowAutoRedirect = false,
            UseProxy = !EndpointRule.IsLoopback(options.Endpoint),
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            MaxResponseHeadersLength = 32,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Key);
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("mocopr-platform-stdio", typeof(EndpointClient).Assembly.GetName().Version?.ToString(3)));
    }

    /// <summary>Something was sent, or was to be.</summary>
    public bool Tried { get; private set; }

    /// <summary>At least once the endpoint could be reached and took the key.</summary>
    public bool Accepted { get; private set; }

    public Task<Result<EndpointReply>> PostAsync(ReadOnlyMemory<byte> body, IReadOnlyList<Header> headers, CancellationToken cancel) =>
        SendAsync(() => Request(HttpMethod.Post, headers, body), cancel);

    /// <summary>Opens a stream of the eras before 2026-07-28, or goes on with one.</summary>
    public Task<Result<EndpointReply>> GetAsync(IReadOnlyList<Header> headers, string? lastEventId, CancellationToken cancel) =>
        SendAsync(() => Request(HttpMethod.Get, lastEventId is null ? headers : [.. headers, new Header("Last-Event-ID", lastEventId)], null), cancel);

    public Task<Result<EndpointReply>> DeleteAsync(IReadOnlyList<Header> headers, CancellationToken cancel) =>
        SendAsync(() => Request(HttpMethod.Delete, headers, null), cancel);

    /// <summary>Asks on the bridge's own account and waits for the answer; whatever else the endpoint says meanwhile is dropped.</summary>
    public async Task<Result<(RpcMessage Answer, string? SessionId)>> AskAsync(ReadOnlyMemory<byte> body, RpcId id, IReadOnlyList<Header> headers, CancellationToken cancel)
    {
        using var patience = new Patience(_options.Silence, _clock, cancel);
        if (!(await PostAsync(body, headers, patience.Token)).Try(out var reply, out var problem))
        {
            return problem;
        }

        using (reply)
        {
            if (!reply.IsSuccess)
            {
                return reply.ToProblem();
            }

            if (reply.IsJson)
            {
                return await reply.ReadBodyAsync(_options.MaxMessage, patience.Token) is { } json && RpcMessage.Read(json).Try(out var message, out _) && message.Id == id
                    ? (message, reply.SessionId)
                    : new Problem(ProblemCode.UpstreamFailed, "The endpoint's answer is not one.");
            }

            if (reply.IsEventStream)
            {
                var events = new SseReader(await reply.ReadStreamAsync(patience.Token), _options.MaxMessage, _diagnostics);
                while (await events.NextAsync(patience.Renew, patience.Token) is { } data)
                {
                    if (RpcMessage.Read(data.Span).Try(out var message, out _) && message.Kind == RpcKind.Response && message.Id == id)
                    {
                        return (message, reply.SessionId);
                    }
                }
            }

            return new Problem(ProblemCode.UpstreamFailed, "The endpoint did not answer.");
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<Result<EndpointReply>> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancel)
    {
        Tried = true;
        var backoff = new Backoff(_options, _clock);
        while (true)
        {
            HttpResponseMessage response;
            using (var request = make())
            {
                try
                {
                    response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
                }
                catch (HttpRequestException failure)
                {
                    if (!WasNeverSent(failure))
                    {
                        return Broken();
                    }

                    _diagnostics.Note($"the endpoint cannot be reached ({failure.HttpRequestError})");
                    if (await backoff.WaitAsync(null, cancel))
                    {
                        continue;
                    }

                    return new Problem(ProblemCode.Unavailable, $"The endpoint cannot be reached ({failure.HttpRequestError}). The request did not run.");
                }
            }

            Accepted |= (int)response.StatusCode < 500 && response.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest);
            if (response.StatusCode == HttpStatusCode.TooManyRequests && RetryAfter(response) is { } wish && wish <= _options.MaxDelay)
            {
                _diagnostics.Note("the endpoint's rate limit is used up; waiting");
                if (await backoff.WaitAsync(wish, cancel))
                {
                    response.Dispose();
                    continue;
                }
            }

            return response.IsSuccessStatusCode ? new EndpointReply(response, null, null) : await RefusedAsync(response, cancel);
        }
    }

    private async Task<EndpointReply> RefusedAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            _diagnostics.Note(response.StatusCode == HttpStatusCode.Unauthorized ? "the endpoint refused the key (401)" : "the key may not do this (403)");
        }

        var body = await EndpointReply.ReadBodyAsync(response, MaxRefusal, cancel) ?? [];
        var error = RpcMessage.Read(body).Try(out var message, out _) && message.Error is not null ? message : null;
        return new EndpointReply(response, error, body);
    }

    private HttpRequestMessage Request(HttpMethod method, IReadOnlyList<Header> headers, ReadOnlyMemory<byte>? body)
    {
        var request = new HttpRequestMessage(method, _options.Endpoint);
        if (body is { } content)
        {
            request.Content = new ReadOnlyMemoryContent(content);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        }

        if (method != HttpMethod.Delete)
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    // A stream of a subscription may be silent for hours: TCP itself finds out whether the other side is still there.
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            await socket.ConnectAsync(context.DnsEndPoint, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - _clock.GetUtcNow(),
        _ => null,
    };

    private static bool WasNeverSent(HttpRequestException failure) => failure.HttpRequestError is
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    private static Problem Broken() => new(ProblemCode.UpstreamFailed, "The connection broke before the endpoint answered. It is not known whether the request ran.");
}
