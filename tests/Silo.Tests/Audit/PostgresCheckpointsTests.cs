using Microsoft.Extensions.Logging.Abstractions;
using Platform.Grains.Audit;
using Platform.Silo.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Audit;

public sealed class PostgresCheckpointsTests : AuditCheckpointsContract
{
    private PostgresDatabase? _database;

    private protected override async Task<(IAuditLog Log, IAuditCheckpoints Checkpoints)> OpenAsync()
    {
        _database = await PostgresDatabase.OpenAsync(await Postgres.NewDatabaseAsync(), CancellationToken.None);
        return (new PostgresAuditLog(_database, NullLogger<PostgresAuditLog>.Instance), new PostgresCheckpoints(_database));
    }

    private protected override void Close() => _database?.Dispose();
}
