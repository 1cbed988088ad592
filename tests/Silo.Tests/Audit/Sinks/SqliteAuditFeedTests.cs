using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Grains.Audit;
using Platform.Silo.Audit;
using Platform.Silo.Audit.Sinks;
using Platform.Silo.Storage;
using static Platform.Silo.Tests.Audit.AuditRows;

namespace Platform.Silo.Tests.Audit.Sinks;

public sealed class SqliteAuditFeedTests : AuditFeedContract
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly DataDirectory _directory;

    public SqliteAuditFeedTests() => _directory = _temporary.Open();

    private protected override Task<(IAuditLog Log, IAuditFeed Feed)> OpenAsync()
    {
        var log = new SqliteAuditLog(_directory, NullLogger<SqliteAuditLog>.Instance);
        return Task.FromResult<(IAuditLog, IAuditFeed)>((log, new SqliteAuditFeed(_directory)));
    }

    private protected override void Close()
    {
        _directory.Dispose();
        _temporary.Dispose();
    }

    private protected override async Task TamperAsync(string sql)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _directory.AuditFile, Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of the tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    [Fact]
    public async Task What_a_deletion_hides_from_a_quick_look_a_whole_one_finds()
    {
        await AppendAsync(Tenant, Rows(1, 10));
        await BehindAsync();
        await AdvanceAsync(Row(10));
        await TamperAsync("DELETE FROM audit_event WHERE seq>8");
        await AppendAsync(Tenant, [Row(9) with { Hash = new byte[32] }, Row(10), Row(11)]);

        Assert.Equal([("aaaaaaaa", 10, 11)], await BehindAsync());
    }
}
