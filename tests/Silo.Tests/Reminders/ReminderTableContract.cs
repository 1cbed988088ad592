using Orleans.Runtime;

namespace Platform.Silo.Tests.Reminders;

/// <summary>What Orleans asks of a reminder table, and that a reminder outlives the process.</summary>
public abstract class ReminderTableContract : IAsyncLifetime
{
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private IReminderTable _table = null!;

    /// <summary>Opens the table, or opens it again as after a restart.</summary>
    private protected abstract Task<IReminderTable> ReopenAsync();

    private protected abstract void Close();

    public async ValueTask InitializeAsync() => _table = await ReopenAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Close();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_reminder_is_there_after_a_restart()
    {
        var ring = GrainId.Create("key-ring", "t_1");
        var etag = await _table.UpsertRow(Entry(ring, "upkeep"));

        _table = await ReopenAsync();

        var read = (await _table.ReadRow(ring, "upkeep"))!;
        Assert.Equal((ring, "upkeep", Start, TimeSpan.FromHours(6), etag), (read.GrainId, read.ReminderName, read.StartAt, read.Period, read.ETag));
    }

    [Fact]
    public async Task One_that_is_not_there_is_null_and_a_grain_without_any_has_none()
    {
        await _table.UpsertRow(Entry(GrainId.Create("key-ring", "t_1"), "upkeep"));

        Assert.Null(await _table.ReadRow(GrainId.Create("key-ring", "t_2"), "upkeep"));
        Assert.Empty((await _table.ReadRows(GrainId.Create("key-ring", "t_2"))).Reminders);
    }

    [Fact]
    public async Task Setting_it_again_replaces_it_under_another_etag()
    {
        var ring = GrainId.Create("key-ring", "t_1");
        var first = await _table.UpsertRow(Entry(ring, "upkeep"));
        var second = await _table.UpsertRow(Entry(ring, "upkeep", hours: 1));

        Assert.NotEqual(first, second);
        var only = Assert.Single((await _table.ReadRows(ring)).Reminders);
        Assert.Equal((TimeSpan.FromHours(1), second), (only.Period, only.ETag));
    }

    [Fact]
    public async Task Only_the_etag_that_is_current_removes_it()
    {
        var ring = GrainId.Create("key-ring", "t_1");
        var old = await _table.UpsertRow(Entry(ring, "upkeep"));
        var current = await _table.UpsertRow(Entry(ring, "upkeep"));

        Assert.False(await _table.RemoveRow(ring, "upkeep", old!));
        Assert.False(await _table.RemoveRow(ring, "upkeep", "nonsense"));
        Assert.NotNull(await _table.ReadRow(ring, "upkeep"));
        Assert.True(await _table.RemoveRow(ring, "upkeep", current!));
        Assert.Null(await _table.ReadRow(ring, "upkeep"));
    }

    [Fact]
    public async Task Two_ranges_that_make_the_ring_share_all_reminders_out_and_none_twice()
    {
        var grains = Enumerable.Range(0, 200).Select(i => GrainId.Create("key-ring", $"t_{i}")).ToArray();
        foreach (var grain in grains)
        {
            await _table.UpsertRow(Entry(grain, "upkeep"));
        }

        var lower = (await _table.ReadRows(uint.MaxValue / 4, uint.MaxValue / 2)).Reminders;
        var around = (await _table.ReadRows(uint.MaxValue / 2, uint.MaxValue / 4)).Reminders;

        Assert.All(lower, entry => Assert.InRange(entry.GrainId.GetUniformHashCode(), (uint.MaxValue / 4) + 1, uint.MaxValue / 2));
        Assert.NotEmpty(lower);
        Assert.Equal(grains.Select(grain => grain.ToString()).Order(StringComparer.Ordinal), lower.Concat(around).Select(entry => entry.GrainId.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(200, (await _table.ReadRows(0, 0)).Reminders.Count);
    }

    private static ReminderEntry Entry(GrainId grain, string name, int hours = 6) =>
        new() { GrainId = grain, ReminderName = name, StartAt = Start, Period = TimeSpan.FromHours(hours), ETag = "" };
}
