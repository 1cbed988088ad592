using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;

namespace Platform.Api.Resources;

/// <summary>A value as it is sent: bytes with their media type. What a reader could not get back as it was is refused.</summary>
internal static class MemoryBody
{
    public static async ValueTask<Result<SetMemory>> ReadAsync(HttpRequest request, int? ttlSeconds, double? priority)
    {
        // RFC 9110, 8.4 and 14.5: a content coding and a part of a value are not stored as if they were the value.
        if (request.Headers.ContentEncoding.Count > 0 || request.Headers.ContentRange.Count > 0)
        {
            return new Problem(ProblemCode.UnsupportedMediaType, "Send the whole value, without Content-Encoding and Content-Range.");
        }

        if (!TypeOf(request).Try(out var type, out var refused) || !(await BytesAsync(request)).Try(out var bytes, out refused))
        {
            return refused;
        }

        var ttl = ttlSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        if (!MemoryMimeType.IsText(type))
        {
            return new SetMemory("", type, ttl) { Bytes = bytes, Priority = priority };
        }

        return Utf8.IsValid(bytes)
            ? new SetMemory(Encoding.UTF8.GetString(bytes), type, ttl) { Priority = priority }
            : Problem.InvalidParams("A value of this media type is a text, and a text is UTF-8.");
    }

    private static Result<string> TypeOf(HttpRequest request)
    {
        if (request.ContentType is not { Length: > 0 } written)
        {
            return MemoryMimeType.Bytes;
        }

        // A parameter would not come back. The one that everybody sends says what holds anyway.
        return MediaTypeHeaderValue.TryParse(written, out var parsed)
            && parsed.MediaType.Value?.ToLowerInvariant() is { } type && MemoryMimeType.IsValid(type)
            && parsed.Parameters.All(parameter => parameter.Name.Equals("charset", StringComparison.OrdinalIgnoreCase) && parameter.GetUnescapedValue().Equals("utf-8", StringComparison.OrdinalIgnoreCase))
                ? type
                : new Problem(ProblemCode.UnsupportedMediaType, $"Send a media type of at most {MemoryMimeType.MaxLength} characters, without parameters but charset=utf-8.");
    }

    private static async ValueTask<Result<byte[]>> BytesAsync(HttpRequest request)
    {
        if (request.ContentLength > SetMemory.MaxBytes)
        {
            return TooLarge();
        }

        while (true)
        {
            var read = await request.BodyReader.ReadAsync(request.HttpContext.RequestAborted);
            if (read.Buffer.Length > SetMemory.MaxBytes)
            {
                return TooLarge();
            }

            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return bytes;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static Problem TooLarge() => new(ProblemCode.TooLarge, $"A value has at most {SetMemory.MaxBytes} bytes.");
}
