using System.Net;
using System.Text.RegularExpressions;
using Platform.Abstractions.Problems;

namespace Platform.Cli.Stdio;

/// <summary>What the endpoint answered: a body that is still to be read, or a refusal.</summary>
internal sealed partial class EndpointReply(HttpResponseMessage response, RpcMessage? error, byte[]? body) : IDisposable
{
    public HttpStatusCode Status => response.StatusCode;

    public bool IsSuccess => response.IsSuccessStatusCode;

    public bool IsEventStream => response.Content.Headers.ContentType?.MediaType?.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;

    public bool IsJson => response.Content.Headers.ContentType?.MediaType?.Equals("application/json", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>The JSON-RPC error in the body of a refusal.</summary>
    public RpcMessage? Error => error;

    /// <summary>MCP 2025-11-25, Session Management: an id is visible ASCII. Anything else is none.</summary>
    public string? SessionId =>
        response.Headers.TryGetValues("Mcp-Session-Id", out var values) && values.ToList() is [{ Length: <= 1024 } id] && HeaderValue.IsVisible(id) ? id : null;

    public Task<Stream> ReadStreamAsync(CancellationToken cancel) => response.Content.ReadAsStreamAsync(cancel);

    /// <summary>The whole body; null when it is longer than <paramref name="max"/>.</summary>
    public Task<byte[]?> ReadBodyAsync(int max, CancellationToken cancel) => body is not null ? Task.FromResult<byte[]?>(body) : ReadBodyAsync(response, max, cancel);

    public static async Task<byte[]?> ReadBodyAsync(HttpResponseMessage response, int max, CancellationToken cancel)
    {
        if (response.Content.Headers.ContentLength > max)
        {
            return null;
        }

        using var stream = await response.Content.ReadAsStreamAsync(cancel);
        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int count; (count = await stream.ReadAsync(buffer, cancel)) > 0;)
        {
            if (read.Length + count > max)
            {
                return null;
            }

            read.Write(buffer, 0, count);
        }

        return read.ToArray();
    }

    /// <summary>A refusal that came without a JSON-RPC error, told so that its reader can act.</summary>
    public Problem ToProblem()
    {
        var status = (int)Status;
        return Status switch
        {
            HttpStatusCode.Unauthorized => Problem.Unauthenticated("The endpoint refused the key (401): it is wrong, expired, revoked, or of another tenant."),
            HttpStatusCode.Forbidden => new Problem(ProblemCode.PermissionDenied, MissingScope() is { } scope
                ? $"The key may not do this (403). It needs the scope: {scope}."
                : "The key may not do this (403)."),
            HttpStatusCode.NotFound => new Problem(ProblemCode.NotFound, "There is no MCP endpoint at this URL (404)."),
            HttpStatusCode.RequestEntityTooLarge => new Problem(ProblemCode.TooLarge, "The message is too large for the endpoint (413)."),
            HttpStatusCode.TooManyRequests => new Problem(ProblemCode.RateLimited, "The endpoint's rate limit is used up (429); try again later."),
            HttpStatusCode.ServiceUnavailable => new Problem(ProblemCode.Unavailable, "The endpoint is temporarily unavailable (503)."),
            HttpStatusCode.GatewayTimeout => new Problem(ProblemCode.Timeout, "The endpoint took too long (504). It is not known whether the request ran."),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => new Problem(ProblemCode.UpstreamFailed, $"The endpoint redirects ({status}). A key is not carried elsewhere: give the final URL."),
            >= HttpStatusCode.InternalServerError => new Problem(ProblemCode.UpstreamFailed, $"The endpoint failed ({status}). It is not known whether the request ran."),
            _ => new Problem(ProblemCode.UpstreamFailed, $"The endpoint answered {status} without saying why."),
        };
    }

    public void Dispose() => response.Dispose();

    // RFC 6750, section 3. The value is a stranger's: only the characters that a scope may have get through.
    private string? MissingScope() =>
        response.Headers.WwwAuthenticate.Select(challenge => Scope.Match(challenge.Parameter ?? "")).FirstOrDefault(match => match.Success)?.Groups["scope"].Value;

    [GeneratedRegex("scope=\"(?<scope>[!#-\\[\\]-~ ]{1,200})\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Scope { get; }
}
