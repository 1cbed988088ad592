using System.Globalization;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;
using static Platform.Silo.Tests.Audit.AuditTrailFile;

namespace Platform.Silo.Tests.Audit;

/// <summary>What every search of the trail keeps, wherever it is stored.</summary>
[Trait("Control", "AL-1")]
public abstract class AuditSearchContract
{
    private protected static readonly TenantId Mine = AuditRows.Tenant;
    private protected static readonly TenantId Theirs = TenantId.TryParse("bbbbbbbb", out var id) ? id : default;

    [Fact]
    public async Task Pages_go_through_everything_once_by_time_newest_or_oldest_first()
    {
        // Requests end in another order than they begin, and some begin together.
        var rows = Enumerable.Range(1, 250).Select(i => Event(i, at: Start.AddSeconds(i * 7 % 50))).ToArray();
        await Append(Mine, rows);
        var expected = rows.OrderBy(row => row.At).ThenBy(row => row.Sequence).Select(row => row.Sequence).ToArray();

        Assert.Equal(expected, Sequences(await Pages(Mine, new AuditFilter(), 17, oldestFirst: true)));
        Assert.Equal(expected.Reverse(), Sequences(await Pages(Mine, new AuditFilter(), 17)));
    }

    [Fact]
    public async Task Every_condition_holds_alone_and_together()
    {
        await Append(Mine,
            Event(1), Event(2, principal: "svc_other"), Event(3, outcome: "rate-limited", kind: "securityViolation"), Event(4, action: "tools/list", kind: "resourceAccess"),
            Event(5, principal: "svc_other", outcome: "rate-limited", kind: "securityViolation"));

        Assert.Equal([5, 2], await Found(new AuditFilter { Principal = "svc_other" }));
        Assert.Equal([5, 3], await Found(new AuditFilter { Outcome = "rate-limited" }));
        Assert.Equal([5, 3], await Found(new AuditFilter { Class = "securityViolation" }));
        Assert.Equal([4], await Found(new AuditFilter { Action = "tools/list" }));
        Assert.Equal([4, 2, 1], await Found(new AuditFilter { Outcome = "ok" }));
        Assert.Equal([5], await Found(new AuditFilter { Principal = "svc_other", Outcome = "rate-limited", Class = "securityViolation", Action = "tools/call" }));
        Assert.Equal([3, 2], await Found(new AuditFilter { From = Start.AddSeconds(2), To = Start.AddSeconds(4) }));
        Assert.Equal([2], await Found(new AuditFilter { From = Start.AddSeconds(2), To = Start.AddSeconds(4), Principal = "svc_other" }));
        Assert.Empty(await Found(new AuditFilter { Principal = "nobody" }));
        Assert.Empty(await Found(new AuditFilter { Principal = "rate-limited" }));
    }

    [Fact, Trait("Control", "AL-3")]
    public async Task An_HMAC_finds_the_events_that_have_it_and_other_conditions_narrow_them()
    {
        // The first two are one in the index: they begin alike.
        var (one, like, other) = (Hmac("a"), "hmac:" + new string('a', 42) + "b", Hmac("c"));
        await Append(Mine, With(Event(1), one), Event(2), With(Event(3, outcome: "timeout"), other, one), With(Event(4), other), With(Event(5), like));
        await Append(Theirs, With(Event(1), one));

        Assert.Equal([3, 1], await Found(new AuditFilter { Hmac = one }));
        Assert.Equal([3], await Found(new AuditFilter { Hmac = one, Outcome = "timeout" }));
        Assert.Equal([1], await Found(new AuditFilter { Hmac = one, To = Start.AddSeconds(2) }));
        Assert.Equal([4, 3], await Found(new AuditFilter { Hmac = other }));
        Assert.Equal([5], await Found(new AuditFilter { Hmac = like }));
        Assert.Empty(await Found(new AuditFilter { Hmac = Hmac("d") }));
        Assert.Equal([1, 3], Sequences(await Pages(Mine, new AuditFilter { Hmac = one }, 1, oldestFirst: true)));
    }

    private static string Hmac(string letter) => "hmac:" + string.Concat(Enumerable.Repeat(letter, 43));

    private static AuditRow With(AuditRow row, params string[] hmacs) =>
        row with { Record = [.. row.Record.AsSpan(0, row.Record.Length - 1), .. System.Text.Encoding.UTF8.GetBytes($",\"arguments\":\"{string.Join('/', hmacs)}\"}}")] };

    [Fact]
    public async Task A_correlation_finds_its_event_unless_other_conditions_exclude_it()
    {
        var row = Event(2);
        await Append(Mine, Event(1), row, Event(3));

        Assert.Equal([2], await Found(new AuditFilter { Correlation = row.EventId }));
        Assert.Empty(await Found(new AuditFilter { Correlation = row.EventId, Outcome = "timeout" }));
        Assert.Empty(await Found(new AuditFilter { Correlation = Guid.CreateVersion7() }));
    }

    [Fact, Trait("Control", "AZ-4")]
    public async Task Nothing_of_another_tenant_is_found_by_any_condition()
    {
        var secret = Event(1, principal: "svc_secret");
        await Append(Theirs, secret);
        await Append(Mine, Event(1));

        Assert.Empty(await Found(new AuditFilter { Principal = "svc_secret" }));
        Assert.Empty(await Found(new AuditFilter { Correlation = secret.EventId }));
        Assert.Equal(["svc_common"], (await Pages(Mine, new AuditFilter())).SelectMany(page => page.Rows).Select(row => AuditFacets.Of(row.Record).Principal));
    }

    [Fact]
    public async Task What_was_appended_before_a_search_is_found_by_it()
    {
        for (var i = 1; i <= 20; i++)
        {
            await Append(Mine, Event(i));
            Assert.Equal(i, (await Find(Mine, new AuditFilter { Principal = "svc_common" }, 1)).Rows[0].Sequence);
        }
    }

    [Theory]
    [InlineData(null, "60.00:00:00")]
    [InlineData(null, "20.03:05:07.1")]
    [InlineData("00:00:01.5", "00:00:40")]
    [InlineData("00:00:10", "00:40:11")]
    [InlineData("02:59:59.9", "12:00:00")]
    [InlineData("3.01:01:01", "9.23:59:59.9999999")]
    [InlineData("50.00:00:00", "60.00:00:00")]
    public async Task A_histogram_counts_every_event_once_whatever_the_range(string? from, string to)
    {
        // Many begin before events that stand in front of them in the chain, some at the same time, some at the edges of minutes, hours and days.
        var rows = Enumerable.Range(1, 900).Select(i => Event(i, at: Start.AddSeconds((i * 7919L % 900 * i % 4000) + (i % 3 * 86_400L * (i % 9))))).ToArray();
        await Append(Mine, rows);
        await Append(Theirs, Event(1));
        var (begin, end) = (from is null ? rows.Min(row => row.At) : Start + TimeSpan.Parse(from, CultureInfo.InvariantCulture), Start + TimeSpan.Parse(to, CultureInfo.InvariantCulture));
        foreach (var most in new[] { 2, 7, 48, 60 })
        {
            var histogram = await Count(new AuditFilter { From = from is null ? null : begin }, end, most);
            Assert.True(histogram.Complete);
            Assert.Equal((begin, end), (histogram.From, histogram.To));
            Assert.All(histogram.Buckets, bucket => Assert.Equal(rows.Count(row => row.At >= bucket.From && row.At < bucket.To), bucket.Count));
            Assert.Equal(rows.Count(row => row.At >= begin && row.At < end), histogram.Buckets.Sum(bucket => bucket.Count));
        }
    }

    [Fact]
    public async Task A_histogram_counts_what_a_search_finds()
    {
        var row = Event(2, principal: "svc_other", at: Start.AddDays(2));
        await Append(Mine, Event(1, principal: "svc_other"), row, With(Event(3, outcome: "timeout"), Hmac("a")), Event(4, action: "tools/list", kind: "resourceAccess"), Event(5, principal: "svc_other", outcome: "timeout"));
        await Append(Theirs, With(Event(1, principal: "svc_other", outcome: "timeout"), Hmac("a")));

        foreach (var (filter, expected) in new (AuditFilter, long)[]
        {
            (new() { Principal = "svc_other" }, 3), (new() { Outcome = "timeout" }, 2), (new() { Class = "resourceAccess" }, 1), (new() { Action = "tools/call" }, 4), (new() { Outcome = "ok" }, 3), (new() { Hmac = Hmac("a") }, 1),
            (new() { Principal = "svc_other", Outcome = "timeout" }, 1), (new() { Principal = "nobody" }, 0), (new() { Correlation = row.EventId }, 1), (new() { Correlation = row.EventId, Outcome = "timeout" }, 0),
            (new() { Principal = "svc_other", From = Start.AddDays(1) }, 1), (new() { From = Start.AddDays(1) }, 1), (new() { From = Start.AddSeconds(4) }, 3),
        })
        {
            var histogram = await Count(filter, Start.AddDays(3), 48);
            Assert.Equal(expected, histogram.Buckets.Sum(bucket => bucket.Count));
            Assert.True(histogram.Complete);
        }
    }

    [Fact]
    public async Task A_histogram_of_what_was_just_appended_has_it_and_one_of_nothing_is_empty()
    {
        Assert.Empty((await Count(new AuditFilter(), Start, 30)).Buckets);
        for (var i = 1; i <= 5; i++)
        {
            await Append(Mine, Event(i));
            Assert.Equal(i, (await Count(new AuditFilter(), Start.AddHours(1), 30)).Buckets.Sum(bucket => bucket.Count));
        }

        Assert.Empty((await Count(new AuditFilter(), Start, 30)).Buckets);
        Assert.Empty((await Count(new AuditFilter { From = Start.AddHours(1) }, Start.AddHours(1), 30)).Buckets);
    }

    private protected abstract Task Append(TenantId tenant, params AuditRow[] rows);

    private protected abstract IAuditSearch Search { get; }

    private protected async Task<AuditMatches> Find(TenantId tenant, AuditFilter filter, int count = 100, bool oldestFirst = false, AuditPlace? after = null) =>
        await Search.FindAsync(tenant, "0", new FindAuditEvents { Filter = filter, Count = count, OldestFirst = oldestFirst, After = after }, CancellationToken.None);

    private protected async Task<AuditHistogram> Count(AuditFilter filter, DateTimeOffset to, int most) => (await Counts(filter, to, most)).View();

    private protected async Task<AuditCounts> Counts(AuditFilter filter, DateTimeOffset to, int most) => Assert.IsType<AuditCounts>(await Search.CountAsync(Mine, "0", filter with { To = to }, to, most, CancellationToken.None));

    /// <summary>Every page to the end.</summary>
    private protected async Task<List<AuditMatches>> Pages(TenantId tenant, AuditFilter filter, int count = 100, bool oldestFirst = false)
    {
        var pages = new List<AuditMatches> { await Find(tenant, filter, count, oldestFirst) };
        while (pages[^1].Next is { } next)
        {
            pages.Add(await Find(tenant, filter, count, oldestFirst, next));
        }

        return pages;
    }

    private protected async Task<List<long>> Found(AuditFilter filter) => Sequences(await Pages(Mine, filter));

    private protected static List<long> Sequences(IEnumerable<AuditMatches> pages) => [.. pages.SelectMany(page => page.Rows).Select(row => row.Sequence)];
}
