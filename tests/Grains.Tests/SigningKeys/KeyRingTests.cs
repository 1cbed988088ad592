using Platform.Abstractions.SigningKeys;
using Platform.Grains.SigningKeys;

namespace Platform.Grains.Tests.SigningKeys;

[Trait("Control", "AU-4")]
public sealed class KeyRingTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly PublicJwk Jwk = new() { KeyType = "RSA" };

    [Fact]
    public void The_first_key_of_an_algorithm_signs_at_once()
    {
        var ring = Ring("a");

        Assert.Equal("a", ring.Signer("RS256", Start)?.Kid);
        Assert.Null(ring.Signer("ES256", Start));
    }

    [Theory]
    [InlineData(28.9, false)]
    [InlineData(29, true)]
    [InlineData(31, true)]
    public void The_next_key_is_made_a_day_before_it_is_needed(double days, bool needed) => Assert.Equal(needed, Ring("a").NeedsKey("RS256", After(days)));

    [Fact]
    public void No_third_key_is_made_while_one_is_pending() => Assert.False(Ring("a").Add("b", "RS256", Jwk, After(29)).NeedsKey("RS256", After(31)));

    [Theory]
    [InlineData(29.5, false)]
    [InlineData(29.999, false)]
    [InlineData(30, true)]
    [InlineData(31, true)]
    public void The_pending_key_is_due_at_30_days(double days, bool due) =>
        Assert.Equal(due, Ring("a").Add("b", "RS256", Jwk, After(29)).Due("RS256", After(days)) is not null);

    [Fact]
    public void A_key_that_was_made_late_is_public_before_it_signs()
    {
        var ring = Ring("a").Add("b", "RS256", Jwk, After(33));

        Assert.Null(ring.Due("RS256", After(33)));
        Assert.NotNull(ring.Due("RS256", After(33) + KeyRing.Publication));
    }

    [Fact]
    public void A_promotion_makes_the_key_before_passive_and_leaves_other_algorithms_alone()
    {
        var ring = Ring("a").Add("e", "ES256", Jwk, Start).Add("b", "RS256", Jwk, After(29)).Promote("b", After(30));

        Assert.Equal([("a", SigningKeyStatus.Passive), ("e", SigningKeyStatus.Active), ("b", SigningKeyStatus.Active)], ring.Keys.Select(key => (key.Kid, key.Status)));
        Assert.Equal("b", ring.Signer("RS256", After(30))?.Kid);
    }

    [Theory]
    [InlineData(23.99, true)]
    [InlineData(24.0, true)]
    [InlineData(24.09, false)]
    [InlineData(48.0, false)]
    public void A_passive_key_verifies_for_the_longest_life_of_a_token_and_then_no_more(double hours, bool verifies)
    {
        var now = After(30) + TimeSpan.FromHours(hours);
        var passive = Ring("a").Add("b", "RS256", Jwk, After(29)).Promote("b", After(30)).Keys[0];

        // Also before anybody has written it down, and for whoever still has the older view.
        Assert.Equal(verifies, passive.At(now).Verifies(now));
        Assert.Equal(verifies, passive.At(After(30)).Verifies(now));
    }

    [Fact]
    public void A_passive_key_leaves_and_is_forgotten_90_days_later()
    {
        var left = Ring("a").Add("b", "RS256", Jwk, After(29)).Promote("b", After(30)).Settle(After(32));

        Assert.Equal(SigningKeyStatus.Disabled, left.Keys[0].Status);
        Assert.Equal(["a", "b"], left.Settle(After(122)).Keys.Select(key => key.Kid));
        Assert.Equal(["b"], left.Bury("a", After(32)).Settle(After(122)).Keys.Select(key => key.Kid));
    }

    [Fact, Trait("Control", "AU-5")]
    public void What_the_vault_was_asked_for_is_on_record_until_it_is_a_key_or_destroyed()
    {
        var ring = Ring("a").Begin("b", "RS256", Start).Begin("c", "RS256", Start).Begin("d", "RS256", Start);

        var settled = ring.Add("b", "RS256", Jwk, Start).Bury("c", Start).DisableAll(Start).Settle(After(200));

        Assert.Equal(["d"], settled.Begun.Select(key => key.Kid));
        Assert.Equal(["a", "b"], settled.Keys.Select(key => key.Kid));
        Assert.Empty(settled.Abandoned(Start + KeyRing.Making - TimeSpan.FromTicks(1)));
        Assert.Equal("d", Assert.Single(settled.Abandoned(Start + KeyRing.Making)).Kid);
    }

    [Fact, Trait("Control", "AU-5")]
    public void A_key_that_came_in_while_it_was_destroyed_as_given_up_signs_nothing()
    {
        var ring = Ring("a").Begin("b", "ES256", Start).Add("b", "ES256", Jwk, Start + KeyRing.Making).Bury("b", Start + KeyRing.Making);

        Assert.True(ring.Keys[1] is { Status: SigningKeyStatus.Disabled, Destroyed: true });
        Assert.True(ring.NeedsKey("ES256", Start + KeyRing.Making));
        Assert.Equal(SigningKeyStatus.Active, ring.Keys[0].Status);
    }

    [Fact]
    public void No_more_keys_are_begun_than_the_record_has_room_for()
    {
        var ring = Ring("a");
        for (var i = 0; i < KeyRing.MostBegun; i++)
        {
            ring = ring.Begin($"b{i}", "RS256", Start);
        }

        Assert.Same(ring, ring.Begin("c", "RS256", Start));
        Assert.NotSame(ring, ring.Bury("b0", Start).Begin("c", "RS256", Start));
    }

    [Fact, Trait("Control", "AU-5")]
    public void No_emergency_forgets_a_key_whose_private_part_may_be_somewhere()
    {
        var ring = Ring("a");
        for (var i = 0; i <= KeyRing.MostDisabled + 1; i++)
        {
            ring = ring.DisableAll(Start).Add($"b{i}", "RS256", Jwk, Start);
        }

        Assert.Equal("a", ring.DisableAll(Start).Keys[0].Kid);
        Assert.Equal("b0", ring.Bury("a", Start).DisableAll(Start).Keys[0].Kid);
    }

    [Fact]
    public void A_ring_in_which_nothing_is_due_stays_the_same()
    {
        var ring = Ring("a").Add("b", "RS256", Jwk, After(29));

        Assert.Same(ring, ring.Settle(After(30)));
        Assert.Same(ring, ring.Promote("nobody", After(30)));
        Assert.Same(ring, ring.Promote("a", After(30)));
    }

    [Theory]
    [InlineData(36.9, true)]
    [InlineData(37, false)]
    public void A_key_that_nothing_replaced_signs_until_its_limit(double days, bool signs) => Assert.Equal(signs, Ring("a").Signer("RS256", After(days)) is not null);

    [Fact]
    public void A_key_made_after_the_limit_signs_at_once() => Assert.Equal("b", Ring("a").Add("b", "RS256", Jwk, After(40)).Signer("RS256", After(40))?.Kid);

    [Fact]
    public void A_hurried_key_is_due_once_it_has_been_public_for_long_enough()
    {
        var ring = Ring("a").Add("b", "RS256", Jwk, After(3)).Hurry("RS256");

        Assert.Null(ring.Due("RS256", After(3)));
        Assert.NotNull(ring.Due("RS256", After(3) + KeyRing.Publication));
        Assert.Same(ring, ring.Hurry("RS256"));
    }

    [Fact]
    public void In_an_emergency_no_key_is_left_that_signs_or_verifies()
    {
        var ring = Ring("a").Add("b", "RS256", Jwk, After(29)).Promote("b", After(30)).Add("c", "RS256", Jwk, After(30)).DisableAll(After(30));

        Assert.Empty(ring.Live);
        Assert.All(ring.Keys, key => Assert.False(key.At(After(30)).Verifies(After(30))));
        Assert.Null(ring.Signer("RS256", After(30)));
        Assert.True(ring.NeedsKey("RS256", After(30)));
    }

    [Fact]
    public void A_disabled_key_is_not_promoted()
    {
        var ring = Ring("a").Add("b", "RS256", Jwk, After(29)).DisableAll(After(29));

        Assert.Same(ring, ring.Promote("b", After(30)));
    }

    private static KeyRing Ring(string kid) => new KeyRing([]).Add(kid, "RS256", Jwk, Start);

    private static DateTimeOffset After(double days) => Start + TimeSpan.FromDays(days);
}
