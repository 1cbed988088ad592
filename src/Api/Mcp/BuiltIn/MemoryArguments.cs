using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;

namespace Platform.Api.Mcp.BuiltIn;

/// <summary>Arguments of the memory tools, after the schema accepted them. A JSON integer may be written 60.0, which int refuses.</summary>
internal sealed record MemoryArguments
{
    public string Key { get; init; } = "";
    public string? Value { get; init; }

    /// <summary>Bytes as base64.</summary>
    public string? Blob { get; init; }
    public string? MimeType { get; init; }
    public double? TtlSeconds { get; init; }
    public double? Priority { get; init; }
    public double? ExpectedVersion { get; init; }
    public string Prefix { get; init; } = "";
    public string? After { get; init; }

    /// <summary>The version that must be there; 0 is none.</summary>
    public long? Expected => (long?)ExpectedVersion;

    public static MemoryArguments Read(ReadOnlyMemory<byte> arguments) =>
        JsonSerializer.Deserialize(arguments.Span, MemoryArgumentsJson.Default.MemoryArguments) ?? new MemoryArguments();

    public Result<SetMemory> ToCommand()
    {
        byte[]? bytes = null;
        if (Blob is not null && !TryDecode(Blob, out bytes))
        {
            return Problem.InvalidParams("'blob' is not base64.");
        }

        // Which of the two is there cannot be said in a schema that every model's host accepts.
        return (Value is null) == (Blob is null)
            ? Problem.InvalidParams("Send 'value' for a text or 'blob' for bytes, one of them.")
            : new SetMemory(Value ?? "", MimeType, TtlSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null) { Bytes = bytes, Priority = Priority, ExpectedVersion = Expected };
    }

    private static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = new byte[(text.Length / 4 * 3) + 3];
        var isValid = Convert.TryFromBase64String(text, bytes, out var written);
        Array.Resize(ref bytes, written);
        return isValid;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MemoryArguments))]
internal sealed partial class MemoryArgumentsJson : JsonSerializerContext;
