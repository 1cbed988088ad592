using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;
using Platform.Silo.Audit;
using Platform.Silo.Storage;
using static Platform.Silo.Tests.Audit.AuditTrailFile;

namespace Platform.Silo.Tests.Audit;

/// <summary>The contract on SQLite, and its index.</summary>
public sealed class SqliteAuditSearchTests : AuditSearchContract, IDisposable
{
    private readonly AuditTrailFile _trail = new();

    private protected override IAuditSearch Search => _trail.Search;

    public static TheoryData<int, bool> Walks => new(Enum.GetValues<AuditLead>().SelectMany(lead => new[] { ((int)lead, true), ((int)lead, false) }));

    [Theory, MemberData(nameof(Walks))]
    public void Every_walk_seeks_in_an_index_and_sorts_nothing(int lead, bool oldestFirst)
    {
        using var connection = SqliteFile.OpenReader(_trail.SearchFile);
        using var plan = new SqliteStatement(connection, "EXPLAIN QUERY PLAN " + AuditFinder.Sql((AuditLead)lead, oldestFirst));

        Assert.True(plan.Step());
        var step = plan.Text(3)!;
        Assert.StartsWith((AuditLead)lead == AuditLead.Hmac ? "SEARCH hashed USING " : "SEARCH entry USING ", step, StringComparison.Ordinal);
        Assert.Contains((AuditLead)lead == AuditLead.Time ? "PRIMARY KEY (stream=?" : (AuditLead)lead == AuditLead.Hmac ? "PRIMARY KEY (stream=? AND hmac=?" : $"entry_{(AuditLead)lead} (stream=? AND {(AuditLead)lead}=?", step, StringComparison.OrdinalIgnoreCase);
        Assert.False(plan.Step());
    }

    [Fact]
    public async Task A_page_looks_at_a_bounded_number_of_events_in_a_trail_of_200_000()
    {
        await _trail.Append(Mine, [.. Enumerable.Range(1, 200_000).Select(i => i % 10_000 == 0
            ? Event(i, principal: "svc_rare")
            : Event(i, outcome: i % 5_000 == 1 ? "timeout" : "ok"))]);
        Assert.False((await Find(Mine, new AuditFilter())).IsIndexed);
        await _trail.Search.KeepUpAsync(CancellationToken.None);

        // One that leads looks at what fits and at one more.
        Assert.Equal(6, (await Find(Mine, new AuditFilter { Principal = "svc_rare" }, 5)).Visited);
        Assert.Equal(6, (await Find(Mine, new AuditFilter { Outcome = "timeout" }, 5)).Visited);
        Assert.Equal(6, (await Find(Mine, new AuditFilter { Action = "tools/call", Outcome = "ok" }, 5)).Visited);
        Assert.Equal(6, (await Find(Mine, new AuditFilter { From = Start.AddSeconds(100_000), To = Start.AddSeconds(150_000) }, 5)).Visited);

        // Two that are common each and never meet: every page is bounded, says where to go on, and the walk ends.
        var pages = await Pages(Mine, new AuditFilter { Class = "toolExecution", To = Start.AddSeconds(199_999), Principal = "svc_common", Outcome = "timeout" }, 200);
        Assert.Equal(40, pages.Sum(page => page.Rows.Count));
        var none = await Pages(Mine, new AuditFilter { Principal = "svc_common", Action = "tools/call", Class = "svc_rare" }, 200);
        Assert.Equal(0, none.Sum(page => page.Rows.Count));
        Assert.InRange(none.Count, 1, 12);
        Assert.All(none, page => Assert.InRange(page.Visited, 0, AuditFinder.MaxVisited));

        // Counting everything reads what the tally has of it; with a condition it looks at so many and says which stretches may have more.
        var all = await Counts(new AuditFilter(), Start.AddSeconds(199_990), 60);
        Assert.Equal(199_989, all.View().Buckets.Sum(bucket => bucket.Count));
        Assert.True(all.View().Complete);
        Assert.InRange(all.Visited, 50, 300);
        var some = await Counts(new AuditFilter { Outcome = "ok" }, Start.AddSeconds(200_001), 60);
        Assert.Equal(AuditCounter.MaxVisited, some.Visited);
        Assert.Equal(AuditCounter.MaxVisited, some.View().Buckets.Sum(bucket => bucket.Count));
        Assert.False(some.View().Complete);
        Assert.Equal([false, true], some.View().Buckets.Select(bucket => bucket.Complete).Distinct());
        Assert.All(some.View().Buckets.Where(bucket => bucket.Complete).SkipLast(1).Skip(1), bucket => Assert.InRange(bucket.Count, 3_599, 3_600));
    }

    [Fact]
    public async Task A_trail_that_is_older_than_its_index_is_indexed()
    {
        await _trail.Append(Mine, Event(1), Event(2));
        _trail.Restart(() => File.Delete(_trail.SearchFile));

        Assert.Equal([2, 1], await Found(new AuditFilter { Principal = "svc_common" }));
    }

    [Fact]
    public async Task An_index_of_another_log_is_made_anew()
    {
        await _trail.Append(Mine, [.. Enumerable.Range(1, 5).Select(i => Event(i))]);
        Assert.Equal(5, (await Found(new AuditFilter())).Count);

        // A backup is older, and life went on differently from there.
        _trail.Tamper("DELETE FROM audit_event WHERE seq>2");
        Assert.Equal([2, 1], await Found(new AuditFilter()));
        await _trail.Append(Mine, Event(3, principal: "svc_new"), Event(4), Event(5), Event(6));
        Assert.Equal([3], await Found(new AuditFilter { Principal = "svc_new" }));
        Assert.Equal([6, 5, 4, 2, 1], await Found(new AuditFilter { Principal = "svc_common" }));
    }

    [Fact]
    public async Task Events_that_are_no_longer_kept_leave_the_index()
    {
        var day = TimeSpan.FromDays(3);
        await _trail.Append(Mine, Event(1, at: Start), Event(2, at: Start), Event(3, at: Start + day), Event(4, at: Start + day));
        await Found(new AuditFilter());
        _trail.Tamper("DELETE FROM audit_event WHERE seq<3");

        Assert.Equal([4, 3], await Found(new AuditFilter { Principal = "svc_common" }));
        await _trail.Search.KeepUpAsync(CancellationToken.None);
        Assert.Equal(2, (await Find(Mine, new AuditFilter())).Visited);
    }

    [Fact]
    public async Task A_histogram_forgets_exactly_what_is_no_longer_kept()
    {
        // The fourth began before the third and ended after it.
        await _trail.Append(Mine, Event(1, at: Start), Event(2, at: Start.AddMinutes(5)), Event(3, at: Start.AddMinutes(4)), Event(4, at: Start.AddSeconds(30)), Event(5, at: Start.AddHours(3)));
        Assert.Equal(5, (await Count(new AuditFilter(), Start.AddDays(1), 30)).Buckets.Sum(bucket => bucket.Count));
        _trail.Tamper("DELETE FROM audit_event WHERE seq<4");

        var histogram = await Count(new AuditFilter(), Start.AddDays(1), 30);
        Assert.Equal(Start.AddSeconds(30), histogram.From);
        Assert.Equal(2, histogram.Buckets.Sum(bucket => bucket.Count));
        Assert.Equal(1, histogram.Buckets[0].Count);
        Assert.Equal(2, (await Count(new AuditFilter { Principal = "svc_common" }, Start.AddDays(1), 30)).Buckets.Sum(bucket => bucket.Count));
    }

    [Fact]
    public async Task A_histogram_of_another_log_starts_anew_and_one_of_an_older_index_counts_what_that_had()
    {
        await _trail.Append(Mine, [.. Enumerable.Range(1, 5).Select(i => Event(i, at: Start.AddHours(i)))]);
        Assert.Equal(5, (await Count(new AuditFilter(), Start.AddDays(1), 30)).Buckets.Sum(bucket => bucket.Count));
        _trail.Tamper("DELETE FROM audit_event WHERE seq>2");
        Assert.Equal(2, (await Count(new AuditFilter(), Start.AddDays(1), 30)).Buckets.Sum(bucket => bucket.Count));

        _trail.Restart(() => AuditTrailFile.Run(_trail.SearchFile, "DROP TABLE tally; DROP INDEX entry_seq; PRAGMA user_version=2"));
        Assert.Equal(2, (await Count(new AuditFilter(), Start.AddDays(1), 30)).Buckets.Sum(bucket => bucket.Count));
    }

    [Fact, Trait("Control", "AL-4")]
    public async Task A_record_that_was_made_unreadable_hides_no_other()
    {
        await _trail.Append(Mine, Event(1), Event(2), Event(3));
        _trail.Tamper("UPDATE audit_event SET record=x'00ff' WHERE seq=2");

        Assert.Equal([3, 1], await Found(new AuditFilter { Principal = "svc_common" }));
        Assert.Equal([3, 2, 1], await Found(new AuditFilter()));
    }

    public void Dispose() => _trail.Dispose();

    private protected override Task Append(TenantId tenant, params AuditRow[] rows) => _trail.Append(tenant, rows);
}
