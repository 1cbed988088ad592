using CsCheck;
using Platform.Grains.Resources;

namespace Platform.Grains.Tests.Resources;

[Trait("Control", "RS-3")]
public sealed class MemoryQuotaTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly MemoryQuota _quota = new(1_000);

    [Fact]
    public void A_resource_is_charged_its_key_its_value_and_a_fixed_overhead() => Assert.Equal(3 + 10 + 256, MemoryQuota.Charge("key", 10));

    [Fact]
    public void Room_is_held_from_the_reservation_on()
    {
        Assert.True(_quota.TryReserve("a", 600, Now));

        Assert.False(_quota.TryReserve("b", 401, Now));
        Assert.True(_quota.TryReserve("b", 400, Now));
        Assert.Equal(1_000, _quota.Used);
    }

    [Fact]
    public void A_refused_reservation_holds_nothing()
    {
        _quota.TryReserve("a", 1_001, Now);

        Assert.Equal(0, _quota.Used);
    }

    [Fact]
    public void A_commit_changes_nothing_that_was_reserved()
    {
        _quota.TryReserve("a", 600, Now);
        _quota.Commit("a", 600);

        Assert.Equal(600, _quota.Used);
    }

    [Fact]
    public void A_reservation_of_what_was_never_written_gives_its_room_back()
    {
        _quota.TryReserve("a", 600, Now);
        _quota.Remove("a");

        Assert.Equal(0, _quota.Used);
    }

    [Fact]
    public void An_overwrite_is_not_counted_twice()
    {
        Stored("a", 600);

        Assert.True(_quota.TryReserve("a", 900, Now));
        Assert.Equal(900, _quota.Used);
    }

    [Fact]
    public void An_overwrite_with_less_holds_the_larger_until_it_is_done()
    {
        Stored("a", 600);
        _quota.TryReserve("a", 100, Now);

        Assert.False(_quota.TryReserve("b", 401, Now));
        _quota.Commit("a", 100);

        Assert.Equal(100, _quota.Used);
    }

    [Fact]
    public void An_overwrite_that_failed_leaves_what_is_stored()
    {
        Stored("a", 600);
        _quota.TryReserve("a", 900, Now);
        _quota.Commit("a", 600);

        Assert.Equal(600, _quota.Used);
    }

    [Fact]
    public void An_overwrite_that_does_not_fit_leaves_what_is_stored()
    {
        Stored("a", 600);

        Assert.False(_quota.TryReserve("a", 1_001, Now));
        Assert.Equal(600, _quota.Used);
    }

    [Fact]
    public void A_full_tenant_may_still_overwrite_with_as_much_or_less()
    {
        Stored("a", 1_000);

        Assert.True(_quota.TryReserve("a", 1_000, Now));
        Assert.True(_quota.TryReserve("a", 1, Now));
    }

    [Fact]
    public void A_removed_resource_frees_its_room()
    {
        Stored("a", 600);
        _quota.Remove("a");

        Assert.Equal(0, _quota.Used);
    }

    [Fact]
    public void An_expired_value_frees_its_room_but_not_that_of_a_write_under_way()
    {
        Stored("a", 600);
        _quota.TryReserve("a", 400, Now);
        _quota.Expire("a");

        Assert.Equal(400, _quota.Used);
    }

    [Fact]
    public void Reservations_older_than_an_instant_are_named()
    {
        _quota.TryReserve("old", 1, Now);
        _quota.TryReserve("new", 1, Now.AddSeconds(30));

        Assert.Equal(["old"], _quota.ReservedBefore(Now.AddSeconds(30)));
    }

    [Fact]
    public void A_settled_reservation_is_not_named()
    {
        _quota.TryReserve("committed", 1, Now);
        _quota.TryReserve("removed", 1, Now);
        _quota.Commit("committed", 1);
        _quota.Remove("removed");

        Assert.Empty(_quota.ReservedBefore(Now.AddDays(1)));
    }

    [Fact]
    public void There_are_never_more_than_the_limit_however_small()
    {
        var quota = new MemoryQuota(1_000, 2);
        quota.TryReserve("a", 1, Now);
        quota.TryReserve("b", 1, Now);
        quota.Commit("a", 1);

        Assert.False(quota.TryReserve("c", 1, Now));
        Assert.True(quota.TryReserve("a", 2, Now));
        quota.Remove("b");
        Assert.True(quota.TryReserve("c", 1, Now));
    }

    [Fact]
    public void It_counts_as_a_naive_model_does() =>
        Gen.Select(Gen.Int[0, 3], Gen.Char["abc"], Gen.Int[1, 700]).Array[0, 60].Sample(operations =>
        {
            var (quota, model) = (new MemoryQuota(1_000, 2), new Model(1_000, 2));
            return operations.All(operation => Apply(quota, operation) == model.Apply(operation) && quota.Used == model.Used);
        });

    [Fact]
    public void Whatever_happens_reservations_never_exceed_the_limit() =>
        Gen.Select(Gen.Int[0, 3], Gen.Char["abcdef"], Gen.Int[1, 700]).Array[0, 60].Sample(operations =>
        {
            // A commit follows its reservation, as the grains do it.
            var quota = new MemoryQuota(1_000);
            return operations.All(operation => (operation.Item1 == 1 ? ReserveAndCommit(quota, operation) : Apply(quota, operation)) is var _ && quota.Used <= 1_000);
        });

    private void Stored(string key, int charge)
    {
        _quota.TryReserve(key, charge, Now);
        _quota.Commit(key, charge);
    }

    private static bool ReserveAndCommit(MemoryQuota quota, (int, char Key, int Charge) operation)
    {
        var reserved = Apply(quota, (0, operation.Key, operation.Charge));
        return reserved && Apply(quota, (1, operation.Key, operation.Charge));
    }

    private static bool Apply(MemoryQuota quota, (int Kind, char Key, int Charge) operation)
    {
        var key = operation.Key.ToString();
        switch (operation.Kind)
        {
            case 0: return quota.TryReserve(key, operation.Charge, Now);
            case 1: quota.Commit(key, operation.Charge); return true;
            case 2: quota.Remove(key); return true;
            default: quota.Expire(key); return true;
        }
    }

    /// <summary>Two dictionaries, and everything summed up anew each time.</summary>
    private sealed class Model(long limit, int countLimit)
    {
        private Dictionary<char, int> _stored = [];
        private Dictionary<char, int> _reserved = [];

        public long Used => Sum(_reserved);

        private HashSet<char> Held => [.. _stored.Keys, .. _reserved.Keys];

        public bool Apply((int Kind, char Key, int Charge) operation)
        {
            var (kind, key, charge) = operation;
            var reserved = kind == 0 ? new Dictionary<char, int>(_reserved) { [key] = charge } : Without(_reserved, key);

            // A write that asks for no more room than is held may always go on.
            if (kind == 0 && (Sum(reserved) > Math.Max(limit, Used) || (!Held.Contains(key) && Held.Count >= countLimit)))
            {
                return false;
            }

            _reserved = kind == 3 ? _reserved : reserved;
            _stored = kind switch
            {
                1 => new Dictionary<char, int>(_stored) { [key] = charge },
                2 or 3 => Without(_stored, key),
                _ => _stored,
            };
            return true;
        }

        private long Sum(Dictionary<char, int> reserved) =>
            _stored.Keys.Union(reserved.Keys).Sum(key => (long)Math.Max(_stored.GetValueOrDefault(key), reserved.GetValueOrDefault(key)));

        private static Dictionary<char, int> Without(Dictionary<char, int> from, char key) => from.Where(pair => pair.Key != key).ToDictionary();
    }
}
