using System.Text.Json.Serialization;

namespace Platform.Abstractions.Resources;

/// <summary>What a list shows of a memory resource.</summary>
[GenerateSerializer, Alias("memory-entry"), Immutable]
public sealed record MemoryEntry
{
    [Id(0)] public required string Key { get; init; }
    [Id(1)] public required string MimeType { get; init; }

    /// <summary>Bytes of the value; of a text, in UTF-8.</summary>
    [Id(2)] public required int Size { get; init; }

    /// <summary>When the value was written; an extension of its life is no write.</summary>
    [Id(3)] public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>From this instant on the resource does not exist.</summary>
    [Id(4)] public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Grows with every change of the key, after a deletion too: microseconds of the clock, or one more than before.</summary>
    [Id(5)] public required long Version { get; init; }

    /// <summary>When the key was written first in this life.</summary>
    [Id(6)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>True when the value is bytes, not text.</summary>
    [Id(7)] public bool IsBinary { get; init; }

    /// <summary>How much it matters to a model, 0 to 1; null when nobody said.</summary>
    [Id(8)] public double? Priority { get; init; }

    /// <summary>True when no value was there before this one.</summary>
    [JsonIgnore]
    public bool IsNew => CreatedAt == UpdatedAt;
}

/// <summary>A memory resource with its value, as it was when it was read.</summary>
/// <param name="Entry">What lists show of it.</param>
/// <param name="Text">The value; empty when it is bytes.</param>
[GenerateSerializer, Alias("memory-content"), Immutable]
public sealed record MemoryContent([property: Id(0)] MemoryEntry Entry, [property: Id(1)] string Text)
{
    /// <summary>The value when it is no text; otherwise null.</summary>
    [Id(2)] public byte[]? Bytes { get; init; }
}

/// <param name="Bytes">Charged now: keys, values and a fixed overhead for each, with what is set aside.</param>
/// <param name="Limit">Most that can be charged.</param>
/// <param name="Count">Live resources.</param>
/// <param name="CountLimit">Most resources, however small.</param>
[GenerateSerializer, Alias("memory-usage"), Immutable]
public readonly record struct MemoryUsage([property: Id(0)] long Bytes, [property: Id(1)] long Limit, [property: Id(2)] int Count, [property: Id(3)] int CountLimit);
