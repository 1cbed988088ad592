using Microsoft.Extensions.Logging.Abstractions;
using Platform.Grains.Audit;
using Platform.Silo.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Audit;

public sealed class SqliteCheckpointsTests : AuditCheckpointsContract
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly DataDirectory _directory;

    public SqliteCheckpointsTests() => _directory = _temporary.Open();

    private protected override Task<(IAuditLog Log, IAuditCheckpoints Checkpoints)> OpenAsync()
    {
        var log = new SqliteAuditLog(_directory, NullLogger<SqliteAuditLog>.Instance);
        return Task.FromResult<(IAuditLog, IAuditCheckpoints)>((log, log));
    }

    private protected override void Close()
    {
        _directory.Dispose();
        _temporary.Dispose();
    }
}
