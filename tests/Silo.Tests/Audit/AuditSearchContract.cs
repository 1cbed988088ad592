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

    private protected abstract Task Append(TenantId tenant, params AuditRow[] rows);

    private protected abstract IAuditSearch Search { get; }

    private protected async Task<AuditMatches> Find(TenantId tenant, AuditFilter filter, int count = 100, bool oldestFirst = false, AuditPlace? after = null) =>
        await Search.FindAsync(tenant, "0", new FindAuditEvents { Filter = filter, Count = count, OldestFirst = oldestFirst, After = after }, CancellationToken.None);

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
