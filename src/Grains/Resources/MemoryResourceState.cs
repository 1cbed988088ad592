using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Abstractions.Resources;
using Platform.Grains.Storage;

namespace Platform.Grains.Resources;

public sealed record MemoryResourceState : IProjected
{
    public MemoryEntry? Entry { get; init; }
    public string Text { get; init => field = value ?? ""; } = "";
    public byte[]? Bytes { get; init; }

    [JsonIgnore]
    public string? Info => Entry is null ? null : JsonSerializer.Serialize(Entry, GrainStateJson.Default.MemoryEntry);

    [JsonIgnore]
    public DateTimeOffset? ExpiresAt => Entry?.ExpiresAt;
}
