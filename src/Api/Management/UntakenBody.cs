using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Platform.Abstractions.Problems;

namespace Platform.Api.Management;

/// <summary>
/// A body sent to an operation that takes none. It is refused, since whoever wrote <c>{"reason":…}</c> would take it for done; nothing, white space and an empty object say nothing and are let through.
/// </summary>
internal static class UntakenBody
{
    /// <summary>Bytes of white space that are read over.</summary>
    private const int MaxRead = 64;

    public static async ValueTask<Problem?> JudgeAsync(HttpContext http)
    {
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != true
            || http.GetEndpoint()?.Metadata is not { } metadata || metadata.GetMetadata<JsonBody>() is not null || metadata.GetMetadata<BytesBody>() is not null)
        {
            return null;
        }

        var start = new byte[MaxRead];
        var read = await http.Request.Body.ReadAtLeastAsync(start, MaxRead, throwOnEndOfStream: false, http.RequestAborted);
        return read < MaxRead && IsEmpty(Encoding.UTF8.GetString(start, 0, read)) ? null : Problem.InvalidParams("This operation takes no body.");
    }

    private static bool IsEmpty(ReadOnlySpan<char> text)
    {
        var trimmed = text.Trim();
        return trimmed.IsEmpty || (trimmed[0] == '{' && trimmed[^1] == '}' && trimmed.Length > 1 && trimmed[1..^1].IsWhiteSpace());
    }
}
