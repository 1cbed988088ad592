using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;
using Platform.Silo.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Audit;

/// <summary>A log with a search index beside it, in a directory of its own.</summary>
internal sealed class AuditTrailFile : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _path = Directory.CreateTempSubdirectory("mocopr-audit-").FullName;
    private readonly DataDirectory _directory;
    private SqliteAuditLog _log;
    private SqliteAuditSearch _search;

    public AuditTrailFile()
    {
        _directory = DataDirectory.Open(_path);
        _log = new SqliteAuditLog(_directory, NullLogger<SqliteAuditLog>.Instance);
        _search = new SqliteAuditSearch(_directory);
    }

    public string SearchFile => _directory.AuditSearchFile;

    public SqliteAuditSearch Search => _search;

    /// <summary>One event in a second, each with a record such as the product writes.</summary>
    public static AuditRow Event(long sequence, string principal = "svc_common", string outcome = "ok", string action = "tools/call", string kind = "toolExecution", DateTimeOffset? at = null) => new(
        sequence,
        Guid.CreateVersion7(),
        at ?? Start.AddSeconds(sequence),
        SHA256.HashData(Guid.NewGuid().ToByteArray()),
        Encoding.UTF8.GetBytes($$"""{"v":1,"class":"{{kind}}","action":"{{action}}","outcome":"{{outcome}}","principal":"{{principal}}","target":"echo"}"""));

    public async Task Append(TenantId tenant, params AuditRow[] rows)
    {
        foreach (var part in rows.Chunk(5_000))
        {
            await _log.AppendAsync(tenant, "0", part, CancellationToken.None);
        }
    }

    /// <summary>Changes the log behind the product's back.</summary>
    public void Tamper(string sql) => Run(_directory.AuditFile, sql);

    public static void Run(string file, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Stops, changes files, starts again.</summary>
    public void Restart(Action between)
    {
        _search.Dispose();
        _log.Dispose();
        between();
        _log = new SqliteAuditLog(_directory, NullLogger<SqliteAuditLog>.Instance);
        _search = new SqliteAuditSearch(_directory);
    }

    public void Dispose()
    {
        _search.Dispose();
        _log.Dispose();
        _directory.Dispose();
        Directory.Delete(_path, recursive: true);
    }
}
