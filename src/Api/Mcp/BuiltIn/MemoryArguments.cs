using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Api.Mcp.BuiltIn;

/// <summary>Arguments of the memory tools, after the schema accepted them.</summary>
internal sealed record MemoryArguments
{
    public string Key { get; init; } = "";
    public string Value { get; init; } = "";
    public string? MimeType { get; init; }

    /// <summary>A JSON integer may be written 60.0, which int refuses.</summary>
    public double? TtlSeconds { get; init; }
    public string? After { get; init; }

    public static MemoryArguments Read(ReadOnlyMemory<byte> arguments) =>
        JsonSerializer.Deserialize(arguments.Span, MemoryArgumentsJson.Default.MemoryArguments) ?? new MemoryArguments();
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MemoryArguments))]
internal sealed partial class MemoryArgumentsJson : JsonSerializerContext;
