using Platform.Abstractions.Operations;
using Platform.Hosting;
using Platform.Silo.Audit.Sinks;
using Platform.Silo.Audit.Witnesses;
using Platform.Silo.Storage;

namespace Platform.Silo.Operations;

/// <summary>What this process knows of its storage and of the audit trail.</summary>
/// <param name="directory">Of this process.</param>
/// <param name="witnesses">As they stood last.</param>
/// <param name="sinks">As they stood last.</param>
/// <param name="options">For how old a checkpoint may be.</param>
/// <param name="database">Null where the process keeps everything in its own files.</param>
internal sealed class ProcessHealth(DataDirectory directory, WitnessBoard witnesses, SinkBoard sinks, PlatformOptions options, PostgresDatabase? database = null) : IProcessHealth
{
    public async Task<StorageView> StorageAsync(CancellationToken cancel)
    {
        var stores = database is null ? StoredBytes.Files(directory.Root) : await StoredBytes.TablesAsync(database, cancel);
        var (free, size) = StoredBytes.Disk(directory.Root);
        return new StorageView
        {
            Kind = database is null ? StorageKind.Sqlite : StorageKind.Postgresql,
            Bytes = stores.Sum(store => store.Bytes),
            Stores = [.. stores.OrderByDescending(store => store.Bytes).ThenBy(store => store.Name, StringComparer.Ordinal)],
            DiskFree = free,
            DiskSize = size,
        };
    }

    public AuditHealthView Audit() => witnesses.View(AuditHealth.Patience(options)) with { Sinks = [.. sinks.All.Select(View)] };

    private static SinkHealth View(SinkStatus sink) => new(
        sink.Name,
        sink.State switch { SinkState.Ok => SinkHealthState.Ok, SinkState.Standby => SinkHealthState.Standby, _ => SinkHealthState.Failing },
        sink.Behind,
        sink.Oldest,
        sink.Taken);
}
