using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;
using Platform.Silo.Audit.Sinks;
using static Platform.Silo.Tests.Audit.AuditRows;

namespace Platform.Silo.Tests.Audit.Sinks;

/// <summary>What every feed promises: nothing of the log is passed over, whatever happened to either side.</summary>
[Trait("Control", "AL-1")]
public abstract class AuditFeedContract : IAsyncLifetime
{
    protected const string Sink = "file";

    private protected static readonly SinkStream Stream = new(Tenant.ToString(), "0");

    private protected IAuditLog Log { get; private set; } = null!;

    private protected IAuditFeed Feed { get; private set; } = null!;

    private protected abstract Task<(IAuditLog Log, IAuditFeed Feed)> OpenAsync();

    private protected abstract void Close();

    /// <summary>Changes the log behind the product's back.</summary>
    private protected abstract Task TamperAsync(string sql);

    public async ValueTask InitializeAsync() => (Log, Feed) = await OpenAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        (Feed as IDisposable)?.Dispose();
        (Log as IDisposable)?.Dispose();
        Close();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_new_sink_is_owed_every_chain_from_its_beginning()
    {
        await AppendAsync(Tenant, Rows(1, 7));
        await AppendAsync(TenantId.Platform, Rows(1, 2));
        await BeginAsync(fromNow: false);

        Assert.Equal([("_sys", 0, 2), ("aaaaaaaa", 0, 7)], (await BehindAsync()).OrderBy(owed => owed.Tenant, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_sink_that_begins_now_is_owed_what_comes_and_new_chains_whole()
    {
        await AppendAsync(Tenant, Rows(1, 7));
        await BeginAsync(fromNow: true);
        await AppendAsync(Tenant, Rows(8, 2));
        await AppendAsync(TenantId.Platform, Rows(1, 1));

        Assert.Equal([("_sys", 0, 1), ("aaaaaaaa", 7, 9)], (await BehindAsync()).OrderBy(owed => owed.Tenant, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_sink_that_exists_goes_on_where_it_was_whatever_is_configured()
    {
        await AppendAsync(Tenant, Rows(1, 7));
        await BeginAsync(fromNow: false);
        await AdvanceAsync(Row(3));
        await BeginAsync(fromNow: true);

        Assert.Equal([("aaaaaaaa", 3, 7)], await BehindAsync());
    }

    [Fact]
    public async Task Sinks_have_their_own_places()
    {
        await AppendAsync(Tenant, Rows(1, 7));
        await BeginAsync(fromNow: false);
        await AdvanceAsync(Row(7));

        Assert.Empty(await BehindAsync());
        Assert.Equal(7, Assert.Single(await Feed.BehindAsync("syslog", isWhole: true, CancellationToken.None)).Head);
    }

    [Fact]
    public async Task What_grew_since_the_last_look_is_found_without_looking_at_everything()
    {
        await AppendAsync(Tenant, Rows(1, 7));
        await BehindAsync();
        await AdvanceAsync(Row(7));
        await AppendAsync(Tenant, Rows(8, 1));

        Assert.Equal((7, 8), Assert.Single(await Feed.BehindAsync(Sink, isWhole: false, CancellationToken.None)) is var owed ? (owed.After, owed.Head) : default);
    }

    [Fact]
    public async Task Rows_come_in_the_order_of_the_chain()
    {
        await AppendAsync(Tenant, Rows(1, 10));

        Assert.Equal([4, 5, 6], (await Feed.ReadAsync(Stream, after: 3, count: 3, CancellationToken.None)).Select(row => row.Sequence));
    }

    [Fact]
    public async Task Events_that_are_no_longer_kept_hold_nothing_up()
    {
        await AppendAsync(Tenant, Rows(1, 10));
        await BeginAsync(fromNow: false);
        await AdvanceAsync(Row(2));
        await TamperAsync("DELETE FROM audit_event WHERE seq<=5");

        Assert.Equal([("aaaaaaaa", 2, 10)], await BehindAsync());
        Assert.Equal(6, (await Feed.ReadAsync(Stream, after: 2, count: 1, CancellationToken.None))[0].Sequence);
    }

    [Fact]
    public async Task After_an_older_backup_was_restored_the_chain_is_told_anew()
    {
        await AppendAsync(Tenant, Rows(1, 10));
        await BeginAsync(fromNow: false);
        await AdvanceAsync(Row(10));
        await TamperAsync("DELETE FROM audit_event WHERE seq>4");

        var owed = Assert.Single(await Feed.BehindAsync(Sink, isWhole: true, CancellationToken.None));

        Assert.Equal((true, 0, 4), (owed.IsRewound, owed.After, owed.Head));
    }

    [Fact]
    public async Task A_chain_that_grew_again_after_a_backup_was_restored_is_told_anew_too()
    {
        await AppendAsync(Tenant, Rows(1, 10));
        await BeginAsync(fromNow: false);
        await AdvanceAsync(Row(5) with { Hash = new byte[32] });

        Assert.True(Assert.Single(await Feed.BehindAsync(Sink, isWhole: true, CancellationToken.None)).IsRewound);
    }

    [Fact]
    public async Task Of_many_chains_each_that_is_behind_is_found()
    {
        var tenants = Enumerable.Range(0, 60).Select(_ => TenantId.New()).ToArray();
        await Task.WhenAll(tenants.Select(tenant => AppendAsync(tenant, Rows(1, 3))));

        Assert.Equal(tenants.Select(tenant => tenant.ToString()).Order(StringComparer.Ordinal), (await BehindAsync()).Select(owed => owed.Tenant).Order(StringComparer.Ordinal));
    }

    private protected Task AppendAsync(TenantId tenant, params AuditRow[] rows) => Log.AppendAsync(tenant, "0", rows, CancellationToken.None).AsTask();

    private protected ValueTask BeginAsync(bool fromNow) => Feed.BeginAsync(Sink, fromNow, CancellationToken.None);

    private protected ValueTask AdvanceAsync(AuditRow row) => Feed.AdvanceAsync(Sink, [new SinkPlace(Stream, row.Sequence, row.Hash)], CancellationToken.None);

    private protected async Task<(string Tenant, long After, long Head)[]> BehindAsync() =>
        [.. (await Feed.BehindAsync(Sink, isWhole: true, CancellationToken.None)).Select(owed => (owed.Stream.Tenant, owed.After, owed.Head))];
}
