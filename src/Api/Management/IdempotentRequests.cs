using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Idempotency;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;

namespace Platform.Api.Management;

/// <summary>
/// Serves a POST with an <c>Idempotency-Key</c> once (draft-ietf-httpapi-idempotency-key-header-07): who sends it again within 24 h gets the first answer
/// again, without the secret that it may have revealed. Refusals are not kept: nothing was done.
/// </summary>
internal sealed class IdempotentRequests(TenantGrains grains, IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json, ILogger<IdempotentRequest> logger)
{
    private const int MaxKey = 255;
    private readonly RevealingJson _json = new(json.Value.SerializerOptions);

    /// <summary>Whether the request asks for this at all.</summary>
    public static bool IsAsked(HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Headers.ContainsKey("Idempotency-Key");

    /// <summary>Claims the key. Reads the body, which the handler reads again.</summary>
    public async ValueTask<Result<IdempotentRequest>> BeginAsync(HttpContext http, Caller caller)
    {
        if (http.Request.Headers["Idempotency-Key"] is not [{ } text] || Unquoted(text) is not { Length: > 0 and <= MaxKey } key || !key.All(letter => letter is > ' ' and <= '~'))
        {
            return Problem.Invalid([new FieldError("Idempotency-Key", $"Send one key of 1 to {MaxKey} visible ASCII characters.")]);
        }

        var fingerprint = await FingerprintAsync(http);
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.Principal}\n{key}")));
        var verdict = await Grain().BeginAsync(fingerprint);
        return verdict.State switch
        {
            IdempotencyState.Begun => new IdempotentRequest(Grain, fingerprint, _json, answered: null, logger),
            IdempotencyState.Answered => new IdempotentRequest(Grain, fingerprint, _json, verdict.Answer, logger),
            IdempotencyState.UnderWay => Problem.Conflict("A request with this Idempotency-Key is under way.") with { RetryAfter = TimeSpan.FromSeconds(1) },
            _ => new Problem(ProblemCode.IdempotencyKeyReused, "This Idempotency-Key was used for another request."),
        };

        IIdempotencyGrain Grain() => grains.For(caller.Tenant).Get<IIdempotencyGrain>(id);
    }

    // The draft makes it a string of RFC 8941, in quotation marks; many clients leave them out.
    private static string Unquoted(string text) => text is ['"', .. var inner, '"'] ? inner : text;

    private static async ValueTask<string> FingerprintAsync(HttpContext http)
    {
        var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        http.Request.Body = body;
        http.Response.RegisterForDispose(body);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        // A condition on another version asks for something else.
        var headers = http.Request.Headers;
        hash.AppendData(Encoding.UTF8.GetBytes($"{http.Request.Method}\n{http.Request.Path}{http.Request.QueryString}\n{headers.IfMatch}\n{headers.IfNoneMatch}\n"));
        hash.AppendData(body.GetBuffer().AsSpan(0, (int)body.Length));
        body.Position = 0;
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
