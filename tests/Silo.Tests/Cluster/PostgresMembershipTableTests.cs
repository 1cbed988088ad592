using System.Net;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;
using Platform.Silo.Cluster;
using Platform.Silo.Storage;

namespace Platform.Silo.Tests.Cluster;

/// <summary>What Orleans' membership protocol asks of its table.</summary>
public sealed class PostgresMembershipTableTests : IAsyncLifetime
{
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private PostgresDatabase? _database;
    private PostgresMembershipTable _table = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await PostgresDatabase.OpenAsync(await Postgres.NewDatabaseAsync(), CancellationToken.None);
        _table = Of("mocopr");
        await _table.InitializeMembershipTable(tryInitTableVersion: true);
    }

    public ValueTask DisposeAsync()
    {
        _database?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_new_table_has_no_silo_and_making_it_again_changes_nothing()
    {
        await _table.InsertRow(Entry(1), (await _table.ReadAll()).Version.Next());
        await _table.InitializeMembershipTable(tryInitTableVersion: true);

        Assert.Equal((1, 1), ((await _table.ReadAll()).Members.Count, (await _table.ReadAll()).Version.Version));
    }

    [Fact]
    public async Task A_silo_is_read_as_it_was_written()
    {
        var entry = Entry(1);
        entry.AddSuspector(Address(2), Start.AddSeconds(7));
        await _table.InsertRow(entry, (await _table.ReadAll()).Version.Next());

        var read = Assert.Single((await _table.ReadRow(entry.SiloAddress)).Members).Item1;

        Assert.Equal(entry.ToFullString(), read.ToFullString());
    }

    [Fact]
    public async Task Of_silos_that_come_at_once_with_one_version_one_is_taken()
    {
        var next = (await _table.ReadAll()).Version.Next();

        var taken = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => _table.InsertRow(Entry(i), next)));

        Assert.Equal((1, 1, 1), (taken.Count(won => won), (await _table.ReadAll()).Members.Count, (await _table.ReadAll()).Version.Version));
    }

    [Fact]
    public async Task A_silo_is_not_written_twice()
    {
        await _table.InsertRow(Entry(1), (await _table.ReadAll()).Version.Next());

        Assert.False(await _table.InsertRow(Entry(1), (await _table.ReadAll()).Version.Next()));
        Assert.Equal(1, (await _table.ReadAll()).Version.Version);
    }

    [Fact]
    public async Task A_change_needs_the_version_of_the_table_and_the_etag_of_the_row()
    {
        await _table.InsertRow(Entry(1), (await _table.ReadAll()).Version.Next());
        var before = await _table.ReadAll();
        var (entry, etag) = before.Members[0];
        entry.Status = SiloStatus.Dead;

        Assert.True(await _table.UpdateRow(entry, etag, before.Version.Next()));
        Assert.False(await _table.UpdateRow(entry, etag, before.Version.Next()));
        Assert.False(await _table.UpdateRow(entry, etag, (await _table.ReadAll()).Version.Next()));
        Assert.Equal((2, SiloStatus.Dead), ((await _table.ReadAll()).Version.Version, (await _table.ReadAll()).Members[0].Item1.Status));
    }

    [Fact]
    public async Task A_sign_of_life_is_no_change_of_the_table()
    {
        await _table.InsertRow(Entry(1), (await _table.ReadAll()).Version.Next());
        var before = await _table.ReadAll();
        var alive = Entry(1);
        alive.IAmAliveTime = Start.AddMinutes(5);

        await _table.UpdateIAmAlive(alive);

        var after = await _table.ReadAll();
        Assert.Equal((before.Version.Version, before.Members[0].Item2, Start.AddMinutes(5)), (after.Version.Version, after.Members[0].Item2, after.Members[0].Item1.IAmAliveTime));
    }

    [Fact]
    public async Task Only_dead_silos_that_gave_no_sign_for_long_are_cleaned_up()
    {
        await _table.InsertRow(Entry(1, SiloStatus.Dead), (await _table.ReadAll()).Version.Next());
        await _table.InsertRow(Entry(2, SiloStatus.Active), (await _table.ReadAll()).Version.Next());
        await _table.InsertRow(Entry(3, SiloStatus.Dead, alive: Start.AddDays(10)), (await _table.ReadAll()).Version.Next());

        await _table.CleanupDefunctSiloEntries(new DateTimeOffset(Start.AddDays(5)));

        Assert.Equal([Address(2), Address(3)], (await _table.ReadAll()).Members.Select(member => member.Item1.SiloAddress).OrderBy(address => address.Endpoint.Port));
    }

    [Fact]
    public async Task Another_cluster_on_the_same_database_is_apart()
    {
        await _table.InsertRow(Entry(1), (await _table.ReadAll()).Version.Next());
        var other = Of("other");
        await other.InitializeMembershipTable(tryInitTableVersion: true);

        Assert.Empty((await other.ReadAll()).Members);
        await other.DeleteMembershipTableEntries("other");
        Assert.Single((await _table.ReadAll()).Members);
    }

    private PostgresMembershipTable Of(string cluster) => new(_database!, Options.Create(new ClusterOptions { ClusterId = cluster }));

    private static SiloAddress Address(int number) => SiloAddress.New(IPAddress.Parse("10.0.0.1"), 11111 + number, number);

    private static MembershipEntry Entry(int number, SiloStatus status = SiloStatus.Joining, DateTime? alive = null) => new()
    {
        SiloAddress = Address(number),
        Status = status,
        HostName = "host",
        SiloName = $"silo {number}",
        RoleName = "",
        StartTime = Start,
        IAmAliveTime = alive ?? Start,
        SuspectTimes = [],
    };
}
