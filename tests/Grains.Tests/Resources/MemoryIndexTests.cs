using System.Globalization;
using CsCheck;
using Platform.Abstractions.Resources;
using Platform.Grains.Resources;

namespace Platform.Grains.Tests.Resources;

[Trait("Control", "RS-3")]
public sealed class MemoryIndexTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly MemoryQuota _quota = new(10_000);
    private readonly MemoryIndex _index;

    public MemoryIndexTests() => _index = new MemoryIndex(_quota);

    [Fact]
    public void A_page_is_in_ordinal_order_and_begins_after_its_marker()
    {
        Given("b", "B", "a", "0", "c");

        Assert.Equal(["0", "B"], Page("", null, 2));
        Assert.Equal(["a", "b"], Page("", "B", 2));
        Assert.Equal(["c"], Page("", "b", 2));
        Assert.Empty(Page("", "c", 2));
    }

    [Fact]
    public void A_prefix_is_looked_for_not_filtered_for()
    {
        Given("ab", "abc", "abd", "ac", "b", "aB");

        Assert.Equal(["ab", "abc", "abd"], Page("ab", null, 10));
        Assert.Equal(["abd"], Page("ab", "abc", 10));
        Assert.Equal(["ab", "abc", "abd"], Page("ab", "aB", 10));
        Assert.Empty(Page("ab", "ac", 10));
        Assert.Empty(Page("zz", null, 10));
    }

    [Fact]
    public void An_entry_at_the_end_of_its_life_is_not_listed_before_it_was_taken_out()
    {
        Store("a", 5);
        Store("b", 6);

        Assert.Equal(["b"], Page("", null, 10, 5));
        Assert.Equal(2, _index.Count);
    }

    [Fact]
    public void Entries_end_in_order_and_no_more_than_asked_for()
    {
        Store("late", 3);
        Store("early", 1);
        Store("living", 4);

        Assert.Equal(1, _index.End(Now.AddSeconds(3), 1));
        Assert.Equal(["early"], _index.TakeEnded());
        Assert.Equal(1, _index.End(Now.AddSeconds(3), 10));
        Assert.Equal(["late"], _index.TakeEnded());
        Assert.Empty(_index.TakeEnded());
        Assert.Equal(["living"], Page("", null, 10));
    }

    [Fact]
    public void An_overwrite_moves_the_end()
    {
        Store("a", 1);
        Store("a", 9);

        Assert.Equal(0, _index.End(Now.AddSeconds(8), 10));
        Assert.Equal(1, _index.End(Now.AddSeconds(9), 10));
        Assert.Equal(0, _quota.Used);
    }

    [Fact]
    public void A_reservation_ends_only_as_much_as_it_needs()
    {
        for (var i = 0; i < 30; i++)
        {
            Store(i.ToString("D3", CultureInfo.InvariantCulture), 1);
        }

        Assert.False(_index.TryReserve("new", 5_000, Now));
        Assert.True(_index.TryReserve("new", 5_000, Now.AddSeconds(1)));
        Assert.InRange(_index.Count, 1, 29);
        Assert.InRange(_quota.Used, 5_000, 10_000);
    }

    [Fact]
    public void It_answers_as_a_naive_model_does() =>
        Gen.Select(Gen.Int[0, 3], Gen.String[Gen.Char["ab"], 1, 3], Gen.Int[1, 20]).Array[0, 80].Sample(operations =>
        {
            var (index, model) = (new MemoryIndex(new MemoryQuota(1_000_000)), new SortedDictionary<string, MemoryEntry>(StringComparer.Ordinal));
            foreach (var (kind, key, seconds) in operations)
            {
                if (kind == 0)
                {
                    index.Drop(key);
                    model.Remove(key);
                }
                else
                {
                    index.Store(Entry(key, seconds));
                    model[key] = Entry(key, seconds);
                }

                index.End(Now.AddSeconds(seconds), kind);
            }

            var at = Now.AddSeconds(20);
            var live = operations.Length == 0 ? at : Now.AddSeconds(operations.Max(operation => operation.Item3));
            return new[] { "", "a", "ab", "b" }.All(prefix => new[] { null, "a", "ab", "b" }.All(after =>
                index.Page(prefix, after, 3, live).SequenceEqual(model.Values.Where(entry =>
                    entry.Key.StartsWith(prefix, StringComparison.Ordinal) && (after is null || string.CompareOrdinal(entry.Key, after) > 0) && live < entry.ExpiresAt).Take(3))));
        });

    [Fact]
    public void A_hundred_thousand_are_paged_by_prefix_without_being_copied()
    {
        var index = new MemoryIndex(new MemoryQuota(long.MaxValue));
        for (var i = 0; i < 100_000; i++)
        {
            index.Store(Entry(i.ToString("D6", CultureInfo.InvariantCulture), 3_600));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var page = index.Page("0555", null, 101, Now);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(100, page.Length);
        Assert.Equal(("055500", "055599"), (page[0].Key, page[^1].Key));
        Assert.InRange(allocated, 1, 16 * 1024);
    }

    [Fact]
    public void A_hundred_thousand_that_ended_together_are_neither_listed_nor_taken_out_at_once()
    {
        var index = new MemoryIndex(new MemoryQuota(long.MaxValue));
        for (var i = 0; i < 100_000; i++)
        {
            index.Store(Entry(i.ToString("D6", CultureInfo.InvariantCulture), 1));
        }

        Assert.Empty(index.Page("", null, 100, Now.AddSeconds(1)));
        Assert.Equal(10_000, index.End(Now.AddSeconds(1), 10_000));
        Assert.Equal(90_000, index.Count);
        Assert.Equal(MemoryIndex.MaxNamed, index.TakeEnded().Count);
    }

    private static MemoryEntry Entry(string key, int seconds) =>
        new() { Key = key, MimeType = "text/plain", Size = 10, CreatedAt = Now, UpdatedAt = Now, ExpiresAt = Now.AddSeconds(seconds), Version = 1 };

    private void Given(params string[] keys) => Array.ForEach(keys, key => Store(key, 3_600));

    private void Store(string key, int seconds) => _index.Store(Entry(key, seconds));

    private IEnumerable<string> Page(string prefix, string? after, int size, int seconds = 0) => _index.Page(prefix, after, size, Now.AddSeconds(seconds)).Select(entry => entry.Key);
}
