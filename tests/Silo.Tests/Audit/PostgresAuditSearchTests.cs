using Microsoft.Extensions.Logging.Abstractions;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;
using Platform.Silo.Audit;
using Platform.Silo.Storage;
using static Platform.Silo.Tests.Audit.AuditTrailFile;

namespace Platform.Silo.Tests.Audit;

/// <summary>The contract on PostgreSQL.</summary>
public sealed class PostgresAuditSearchTests : AuditSearchContract, IAsyncLifetime
{
    private PostgresDatabase _database = null!;
    private PostgresAuditLog _log = null!;

    private protected override IAuditSearch Search => new PostgresAuditSearch(_database);

    public async ValueTask InitializeAsync()
    {
        _database = await PostgresDatabase.OpenAsync(await Postgres.NewDatabaseAsync(), CancellationToken.None);
        _log = new PostgresAuditLog(_database, NullLogger<PostgresAuditLog>.Instance);
    }

    [Fact]
    public async Task A_page_looks_at_a_bounded_number_of_events_and_says_where_to_go_on()
    {
        await Append(Mine, [.. Enumerable.Range(1, 50_000).Select(i => Event(i, principal: i == 2 ? "svc_rare" : "svc_common"))]);

        Assert.InRange((await Find(Mine, new AuditFilter(), 5)).Visited, 5, 6);
        var pages = await Pages(Mine, new AuditFilter { Principal = "svc_rare" });
        Assert.Equal([2], Sequences(pages));
        Assert.Equal(3, pages.Count);
        Assert.All(pages, page => Assert.InRange(page.Visited, 1, AuditFinder.MaxVisited));

        // A histogram with a condition stops there too, and says which stretches may have more.
        var counts = await Counts(new AuditFilter { Principal = "svc_common" }, Start.AddSeconds(50_001), 60);
        Assert.Equal((AuditFinder.MaxVisited, false), (counts.Visited, counts.View().Complete));
        Assert.Equal(AuditFinder.MaxVisited, counts.View().Buckets.Sum(bucket => bucket.Count));
        Assert.Equal([false, true], counts.View().Buckets.Select(bucket => bucket.Complete).Distinct());
        Assert.Equal((50_000, true), ((await Counts(new AuditFilter(), Start.AddSeconds(50_001), 60)).Visited, (await Count(new AuditFilter(), Start.AddSeconds(50_001), 60)).Complete));
    }

    public ValueTask DisposeAsync()
    {
        _log.Dispose();
        _database.Dispose();
        return ValueTask.CompletedTask;
    }

    private protected override async Task Append(TenantId tenant, params AuditRow[] rows)
    {
        foreach (var part in rows.Chunk(5_000))
        {
            await _log.AppendAsync(tenant, "0", part, CancellationToken.None);
        }
    }
}
