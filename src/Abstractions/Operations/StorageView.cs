using System.Text.Json.Serialization;

namespace Platform.Abstractions.Operations;

/// <summary>What keeps all that the platform must not forget.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StorageKind>))]
public enum StorageKind
{
    /// <summary>Files of one process.</summary>
    [JsonStringEnumMemberName("sqlite")] Sqlite = 0,

    /// <summary>A database that silos share.</summary>
    [JsonStringEnumMemberName("postgresql")] Postgresql = 1,
}

/// <summary>Stored bytes, and the room that is left.</summary>
public sealed record StorageView
{
    public required StorageKind Kind { get; init; }

    /// <summary>Of everything that is stored, with journals and indexes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Largest first.</summary>
    public required StoreView[] Stores { get; init; }

    /// <summary>Left on the disk of the data directory of the process that answers; null when it cannot be told.</summary>
    public long? DiskFree { get; init; }

    /// <summary>Of that disk.</summary>
    public long? DiskSize { get; init; }
}

/// <summary>One file or table.</summary>
/// <param name="Name">Such as <c>grains.db</c> or <c>grain_state</c>.</param>
/// <param name="Bytes">With journal or indexes.</param>
public sealed record StoreView(string Name, long Bytes);
