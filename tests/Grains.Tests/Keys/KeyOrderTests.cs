using Platform.Abstractions.Keys;
using Platform.Grains.Keys;

namespace Platform.Grains.Tests.Keys;

public sealed class KeyOrderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Ten_thousand_keys_page_newest_first_without_gap_or_overlap()
    {
        // Several of one instant, and in no order.
        var keys = Enumerable.Range(0, 10_000).Select(i => Key($"key_{i:D5}", Now.AddSeconds(-(i * 7919 % 10_000 / 3)))).ToArray();
        var order = new KeyOrder(keys);

        var paged = new List<string>();
        for (KeyView[] page = order.Page(null, 200, null, Now); page.Length > 0; page = order.Page(page[^1].Id, 200, null, Now))
        {
            paged.AddRange(page.Select(key => key.Id));
        }

        Assert.Equal(keys.OrderByDescending(key => key.CreatedAt).ThenBy(key => key.Id, StringComparer.Ordinal).Select(key => key.Id), paged);
    }

    [Fact]
    public void Keys_that_come_one_by_one_are_in_the_same_order()
    {
        var keys = Enumerable.Range(0, 500).Select(i => Key($"key_{i:D5}", Now.AddSeconds(i * 197 % 500 / 4))).ToArray();
        var order = new KeyOrder([]);

        foreach (var key in keys)
        {
            order.Put(key);
        }

        Assert.Equal(new KeyOrder(keys).Page(null, 500, null, Now).Select(key => key.Id), order.Page(null, 500, null, Now).Select(key => key.Id));
    }

    [Fact]
    public void A_change_replaces_the_key_where_it_stands()
    {
        var order = new KeyOrder([Key("key_a", Now), Key("key_b", Now), Key("key_c", Now.AddSeconds(1))]);

        order.Put(Key("key_b", Now) with { Status = KeyStatus.Revoked });

        Assert.Equal([("key_c", KeyStatus.Active), ("key_a", KeyStatus.Active), ("key_b", KeyStatus.Revoked)], order.Page(null, 10, null, Now).Select(key => (key.Id, key.Status)));
        Assert.Equal(2, order.ActiveAt(Now));
    }

    [Fact]
    public void A_key_whose_time_has_come_is_expired_and_not_counted()
    {
        var order = new KeyOrder([Key("key_a", Now.AddHours(-1)) with { ExpiresAt = Now }, Key("key_b", Now)]);

        Assert.Equal(["key_a"], order.Page(null, 10, new KeyFilter { Status = KeyStatus.Expired }, Now).Select(key => key.Id));
        Assert.Equal(1, order.ActiveAt(Now));
        Assert.Equal(2, order.ActiveAt(Now.AddTicks(-1)));
    }

    [Fact]
    public void Nothing_is_behind_an_id_that_was_never_given_out() =>
        Assert.Empty(new KeyOrder([Key("key_a", Now)]).Page("key_b", 10, null, Now));

    [Fact]
    public void A_page_behind_the_last_key_is_empty() => Assert.Empty(new KeyOrder([Key("key_a", Now)]).Page("key_a", 10, null, Now));

    private static KeyView Key(string id, DateTimeOffset createdAt) => new()
    {
        Id = id,
        Name = id,
        Hint = $"mcp_test_{id}…",
        Principal = $"svc_{id}",
        Roles = [],
        Status = KeyStatus.Active,
        CreatedAt = createdAt,
        CreatedBy = "usr_admin",
    };
}
