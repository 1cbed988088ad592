using Platform.Abstractions.Operations;
using Platform.Silo.Storage;

namespace Platform.Silo.Operations;

/// <summary>How much is stored, and how much room there is.</summary>
internal static class StoredBytes
{
    /// <summary>The databases of a data directory, each with its journal.</summary>
    public static IReadOnlyList<StoreView> Files(string directory) =>
    [
        .. new DirectoryInfo(directory).EnumerateFiles("*.db*")
            .Where(file => file.Name.EndsWith(".db", StringComparison.Ordinal) || file.Name.EndsWith("-wal", StringComparison.Ordinal))
            .GroupBy(file => file.Name.EndsWith("-wal", StringComparison.Ordinal) ? file.Name[..^4] : file.Name, StringComparer.Ordinal)
            .Select(parts => new StoreView(parts.Key, parts.Sum(Length))),
    ];

    /// <summary>The tables of a cluster's database, each with its indexes.</summary>
    public static Task<IReadOnlyList<StoreView>> TablesAsync(PostgresDatabase database, CancellationToken cancel) => database.ListAsync(
        "SELECT relname::text, pg_total_relation_size(oid) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')",
        _ => { },
        row => new StoreView(row.GetString(0), row.GetInt64(1)),
        cancel);

    /// <summary>Nulls where the file system does not tell.</summary>
    public static (long? Free, long? Size) Disk(string directory)
    {
        try
        {
            var disk = new DriveInfo(directory);
            return (disk.AvailableFreeSpace, disk.TotalSize);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (null, null);
        }
    }

    /// <summary>A journal may go while it is looked at.</summary>
    private static long Length(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
