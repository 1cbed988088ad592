using System.Globalization;
using Platform.Abstractions.Secrets;
using Platform.Grains.Secrets;

namespace Platform.Grains.Tests.Secrets;

/// <summary>What is told of secrets, without a vault.</summary>
[Trait("Control", "AU-5")]
public sealed class SecretListTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Names_are_in_order_and_go_on_after_the_last_one()
    {
        OwnedSecret[] owned = [Owned("c"), Owned("a"), Owned("b")];

        Assert.Equal(["a", "b", "c"], SecretList.After(null, owned).Select(named => named[0].Name));
        Assert.Equal(["b", "c"], SecretList.After("a", owned).Select(named => named[0].Name));
        Assert.Empty(SecretList.After("c", owned));
    }

    [Fact]
    public void Two_settings_with_one_secret_are_one_secret_with_two_users()
    {
        var named = Assert.Single(SecretList.After(null, [Owned("otlp", by: "Platform:B"), Owned("otlp", by: "Platform:A")]));

        Assert.Equal(["Platform:A", "Platform:B"], SecretList.View(named, Versions(1))!.UsedBy);
    }

    [Theory]
    [InlineData(SecretNeed.Always, 0, SecretState.Missing)]
    [InlineData(SecretNeed.Always, 1, SecretState.Kept)]
    [InlineData(SecretNeed.OnceMade, 0, null)]
    [InlineData(SecretNeed.OnceMade, 1, SecretState.Kept)]
    [InlineData(SecretNeed.Leaving, 0, null)]
    [InlineData(SecretNeed.Leaving, 1, SecretState.Leaving)]
    public void A_secret_that_something_fails_without_is_told_when_it_is_gone_and_others_are_not(SecretNeed need, int versions, SecretState? state) =>
        Assert.Equal(state, SecretList.View([Owned("a", need)], Versions(versions))?.State);

    [Fact]
    public void A_name_that_somebody_still_uses_is_not_leaving()
    {
        var view = SecretList.View([Owned("a", SecretNeed.Leaving, "old"), Owned("a", SecretNeed.Always, "new")], Versions(1))!;

        Assert.Equal((SecretState.Kept, "new"), (view.State, Assert.Single(view.UsedBy)));
    }

    [Fact]
    public void The_newest_versions_are_shown_first_and_all_are_counted()
    {
        var view = SecretList.View([Owned("a")], Versions(SecretList.MostVersions + 5))!;

        Assert.Equal((25, 20), (view.VersionCount, view.Versions.Length));
        Assert.Equal(("25", "6"), (view.Versions[0].Id, view.Versions[^1].Id));
    }

    private static OwnedSecret Owned(string name, SecretNeed need = SecretNeed.Always, string? by = null) => new(name, SecretUse.Setting, by, need);

    private static SecretVersion[] Versions(int count) => [.. Enumerable.Range(1, count).Select(number => new SecretVersion(number.ToString(CultureInfo.InvariantCulture), At.AddMinutes(number), Enabled: true, Expires: null))];
}
