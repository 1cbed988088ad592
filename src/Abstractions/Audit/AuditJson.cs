using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Platform.Abstractions.Audit;

/// <summary>The canonical JSON of audit statements: members in the order of their declaration, no white space, absent ones left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    MaxDepth = 4)]
[JsonSerializable(typeof(SegmentHeader))]
[JsonSerializable(typeof(AuditCheckpoint))]
[JsonSerializable(typeof(AuditKey))]
[JsonSerializable(typeof(TrailHead))]
[JsonSerializable(typeof(PlatformCheckpoint))]
[JsonSerializable(typeof(WitnessRecord))]
[JsonSerializable(typeof(PrunedTrail))]
[JsonSerializable(typeof(BundleSeal))]
[JsonSerializable(typeof(BundleManifest))]
[JsonSerializable(typeof(DeletionRecord))]
[JsonSerializable(typeof(ErasureRecord))]
internal sealed partial class AuditJson : JsonSerializerContext
{
    public static byte[] Write<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);

    /// <summary>False for all bytes but those that <see cref="Write"/> makes.</summary>
    public static bool TryRead<T>(ReadOnlySpan<byte> bytes, JsonTypeInfo<T> type, [NotNullWhen(true)] out T? value) where T : class
    {
        value = null;
        try
        {
            var read = JsonSerializer.Deserialize(bytes, type);
            if (read is not null && bytes.SequenceEqual(Write(read, type)))
            {
                value = read;
            }
        }
        catch (Exception failure) when (failure is JsonException or FormatException)
        {
            value = null;
        }

        return value is not null;
    }
}
