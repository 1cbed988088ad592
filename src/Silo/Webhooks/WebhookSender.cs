using System.Net.Http.Headers;
using System.Security.Authentication;
using Platform.Api.Outbound;
using Platform.Api.Webhooks;
using Platform.Grains.Webhooks;

namespace Platform.Silo.Webhooks;

/// <summary>
/// Posts messages under the guard of <see cref="GuardedHandler"/>. Why a receiver could not be reached reads the same for whatever is open, closed or slow inside a network; the log has more, without the URL's path.
/// </summary>
internal sealed partial class WebhookSender : IWebhookSender, IDisposable
{
    private readonly OutboundPolicy _policy;
    private readonly TimeProvider _clock;
    private readonly ILogger<WebhookSender> _logger;
    private readonly SemaphoreSlim _slots;
    private readonly HttpMessageInvoker _http;

    public WebhookSender(WebhookTargets targets, TimeProvider clock, ILogger<WebhookSender> logger)
    {
        (_policy, _clock, _logger) = (targets.Policy, clock, logger);
        _slots = new SemaphoreSlim(_policy.Concurrency, _policy.Concurrency);
        _http = new HttpMessageInvoker(GuardedHandler.Create(_policy));
    }

    public async Task<WebhookAnswer> SendAsync(WebhookRequest request, CancellationToken cancel)
    {
        var started = _clock.GetTimestamp();
        if (!_policy.Allows(request.Url))
        {
            return Unanswered(WebhookErrors.Unreachable);
        }

        using var patience = new CancellationTokenSource(_policy.Patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        try
        {
            await _slots.WaitAsync(either.Token);
            try
            {
                // What is after the headers of the answer is nobody's business here: the connection is closed with the answer.
                using var message = Message(request);
                using var response = await _http.SendAsync(message, either.Token);
                return new WebhookAnswer((int)response.StatusCode, null, RetryAfter(response.Headers.RetryAfter), _clock.GetElapsedTime(started));
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            Log.Slow(_logger, request.Url.Host, request.Id);
            return Unanswered(WebhookErrors.Timeout);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or System.Net.Sockets.SocketException)
        {
            var reason = failure.GetBaseException().Message;
            Log.Failed(_logger, request.Url.Host, request.Id, reason);
            return Unanswered(failure.InnerException is AuthenticationException ? WebhookErrors.Tls : WebhookErrors.Unreachable);
        }

        WebhookAnswer Unanswered(string error) => new(null, error, null, _clock.GetElapsedTime(started));
    }

    public void Dispose()
    {
        _http.Dispose();
        _slots.Dispose();
    }

    private static HttpRequestMessage Message(WebhookRequest request)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, request.Url) { Content = new ByteArrayContent(request.Body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.UserAgent.Add(new ProductInfoHeaderValue("MoCoPr-Webhooks", "1"));
        message.Headers.Add("webhook-id", request.Id);
        message.Headers.Add("webhook-timestamp", request.Timestamp.ToString(System.Globalization.CultureInfo.InvariantCulture));
        message.Headers.TryAddWithoutValidation("webhook-signature", request.Signature);
        return message;
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? asked) => asked?.Delta ?? (asked?.Date is { } date ? date - _clock.GetUtcNow() : null);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "WebhookUnreachable", Level = LogLevel.Information, Message = "The receiver {Host} of message {Message} could not be reached: {Reason}")]
        public static partial void Failed(ILogger logger, string host, string message, string reason);

        [LoggerMessage(EventId = 2, EventName = "WebhookSlow", Level = LogLevel.Information, Message = "The receiver {Host} of message {Message} did not answer in time.")]
        public static partial void Slow(ILogger logger, string host, string message);
    }
}
