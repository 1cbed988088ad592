using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Grains.Audit;
using Platform.Silo.Audit;
using Platform.Silo.Storage;
using static Platform.Silo.Tests.Audit.AuditRows;

namespace Platform.Silo.Tests.Audit;

public sealed class SqliteAuditLogTests : AuditLogContract
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly DataDirectory _directory;

    public SqliteAuditLogTests() => _directory = _temporary.Open();

    private protected override Task<IAuditLog> OpenAsync() => Task.FromResult<IAuditLog>(new SqliteAuditLog(_directory, NullLogger<SqliteAuditLog>.Instance));

    private protected override void Close()
    {
        _directory.Dispose();
        _temporary.Dispose();
    }

    [Fact, Trait("Control", "AL-5")]
    public async Task Events_that_were_acknowledged_survive_kill_9()
    {
        using var temporary = new TemporaryDirectory();
        var acknowledged = await ChildProcess.RunUntilKilledAsync("audit", temporary.Path);
        var highest = acknowledged.Select(line => line.Split(' ')).GroupBy(words => words[0], words => long.Parse(words[1], CultureInfo.InvariantCulture))
            .ToDictionary(shard => shard.Key, shard => shard.Max());

        using var directory = temporary.Open();
        using var log = new SqliteAuditLog(directory, NullLogger<SqliteAuditLog>.Instance);

        Assert.NotEmpty(highest);
        foreach (var (shard, sequence) in highest)
        {
            Assert.InRange((await log.HeadAsync(Tenant, shard, CancellationToken.None)).Sequence, sequence, long.MaxValue);
        }
    }
}
