using Microsoft.Extensions.Logging.Abstractions;
using Platform.Abstractions.Tenants;
using Platform.Silo.Audit;
using Platform.Silo.Storage;

namespace Platform.Bench.AuditLog;

/// <summary>The product's audit log without the rest of it: chains and group commit. Each writer has a tenant of its own and waits for each event.</summary>
internal sealed class LogLoad : IDisposable
{
    public LogLoad(string path)
    {
        Directory = DataDirectory.Open(path);
        Log = new SqliteAuditLog(Directory, NullLogger<SqliteAuditLog>.Instance);
    }

    public DataDirectory Directory { get; }

    public SqliteAuditLog Log { get; }

    public Task<Rate> RunAsync(int writers, TimeSpan time)
    {
        var chains = Enumerable.Range(0, writers).Select(_ => TenantId.New()).Select(tenant => (Tenant: tenant, Chain: new Chain(Log, tenant))).ToArray();
        var numbers = new int[writers];
        return Rate.MeasureAsync(writers, time, async writer =>
        {
            await chains[writer].Chain.AppendAsync(1, () => Events.Sealed(chains[writer].Tenant, ++numbers[writer], TimeProvider.System));
            return 1;
        });
    }

    public void Dispose()
    {
        Log.Dispose();
        Directory.Dispose();
    }
}
