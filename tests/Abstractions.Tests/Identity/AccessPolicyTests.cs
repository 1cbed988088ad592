using System.Net;
using Platform.Abstractions.Identity;

namespace Platform.Abstractions.Tests.Identity;

[Trait("Control", "AZ-3")]
public sealed class AccessPolicyTests
{
    /// <summary>A Wednesday, noon in Greenwich.</summary>
    private static readonly DateTimeOffset Noon = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset Midnight = Noon.AddHours(-12);

    private static readonly AccessRule Reader = new() { Role = "reader", Allow = ["resources:read"] };

    [Fact]
    public void Without_conditions_there_is_one_set_and_nothing_to_judge()
    {
        var policy = Policy(Reader);

        Assert.True(policy.IsConstant);
        Assert.Same(policy.At(default), policy.At(At(Noon, "10.0.0.1")));
    }

    [Theory]
    [InlineData("08:00", "18:00", null, "12:00", true)]
    [InlineData("08:00", "18:00", null, "08:00", true)]
    [InlineData("08:00", "18:00", null, "07:59", false)]
    [InlineData("08:00", "18:00", null, "17:59", true)]
    [InlineData("08:00", "18:00", null, "18:00", false)]
    [InlineData("22:00", "06:00", null, "23:00", true)]
    [InlineData("22:00", "06:00", null, "05:59", true)]
    [InlineData("22:00", "06:00", null, "06:00", false)]
    [InlineData("00:00", "24:00", null, "23:59", true)]
    [InlineData("14:00", "15:00", "Europe/Zurich", "12:30", true)]
    [InlineData("12:00", "13:00", "Europe/Zurich", "12:30", false)]
    public void A_window_of_the_day_is_read_by_its_clock(string from, string to, string? zone, string time, bool holds)
    {
        var condition = new AccessCondition { Time = new DailyWindow(from, to), TimeZone = zone };

        Assert.Equal(holds, Holds(condition, At(Midnight.Add(TimeSpan.Parse(time, System.Globalization.CultureInfo.InvariantCulture)))));
    }

    [Fact]
    public void A_window_ends_to_the_tick()
    {
        var condition = new AccessCondition { Time = new DailyWindow("11:00", "12:00") };

        Assert.True(Holds(condition, At(Noon.AddTicks(-1))));
        Assert.False(Holds(condition, At(Noon)));
    }

    [Theory]
    [InlineData(Weekday.Wednesday, null, "12:00", true)]
    [InlineData(Weekday.Thursday, null, "12:00", false)]
    [InlineData(Weekday.Thursday, "Asia/Tokyo", "23:00", true)]
    public void A_weekday_is_the_clocks_own(Weekday day, string? zone, string time, bool holds) =>
        Assert.Equal(holds, Holds(new AccessCondition { Weekdays = [day], TimeZone = zone }, At(Midnight.Add(TimeSpan.Parse(time, System.Globalization.CultureInfo.InvariantCulture)))));

    [Theory]
    [InlineData("10.0.0.0/8", "10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("10.0.0.5", "10.0.0.5", true)]
    [InlineData("10.0.0.5", "10.0.0.6", false)]
    [InlineData("fd00::/8", "fd00::1", true)]
    [InlineData("fd00::/8", "10.0.0.1", false)]
    [InlineData("0.0.0.0/0", "::1", false)]
    public void An_address_is_compared_as_a_number(string range, string address, bool holds) =>
        Assert.Equal(holds, Holds(new AccessCondition { Addresses = ["192.0.2.1", range] }, At(Noon, address)));

    [Theory]
    [InlineData(TrustLevel.Low, TrustLevel.None, false)]
    [InlineData(TrustLevel.Low, TrustLevel.Low, true)]
    [InlineData(TrustLevel.High, TrustLevel.Medium, false)]
    [InlineData(TrustLevel.Medium, TrustLevel.High, true)]
    public void A_trust_level_is_reached_or_passed(TrustLevel least, TrustLevel trust, bool holds) =>
        Assert.Equal(holds, Holds(new AccessCondition { TrustLevel = least }, new AccessContext(Noon, null, trust)));

    [Theory]
    [InlineData("10.0.0.1", TrustLevel.High, true)]
    [InlineData("10.0.0.1", TrustLevel.Low, false)]
    [InlineData("192.0.2.1", TrustLevel.High, true)]
    [InlineData("198.51.100.1", TrustLevel.High, false)]
    public void All_of_needs_each_and_any_of_needs_one(string address, TrustLevel trust, bool holds)
    {
        var condition = new AccessCondition
        {
            AllOf = [new AccessCondition { TrustLevel = TrustLevel.High }, new AccessCondition { AnyOf = [new AccessCondition { Addresses = ["10.0.0.0/8"] }, new AccessCondition { Addresses = ["192.0.2.1"] }] }],
        };

        Assert.Equal(holds, Holds(condition, new AccessContext(Noon, IPAddress.Parse(address), trust)));
    }

    public static TheoryData<AccessCondition> Untellable =>
    [
        new AccessCondition { Addresses = ["10.0.0.0/8"] },
        new AccessCondition { Addresses = ["10.0.0.0/8", "nonsense"] },
        new AccessCondition { Time = new DailyWindow("soon", "18:00") },
        new AccessCondition { Time = new DailyWindow("00:00", "24:00"), TimeZone = "Atlantis/Capital" },
        new AccessCondition(),
        new AccessCondition { AllOf = [] },
        new AccessCondition { AnyOf = [] },
    ];

    [Theory, MemberData(nameof(Untellable))]
    public void What_cannot_be_told_allows_nothing_and_denies_all_the_same(AccessCondition condition)
    {
        var rule = new AccessRule { Role = "half", Allow = ["tools:read"], Deny = ["resources:read:secret/*"], Condition = condition };
        var set = Policy(Reader, rule).At(At(Noon));

        Assert.Equal((false, false, true), (set.Allows("tools", "read"), set.Allows("resources", "read", "secret/x"), set.Allows("resources", "read", "public/x")));
    }

    [Fact]
    public void A_rule_whose_condition_fails_is_not_there_its_denies_included()
    {
        var policy = Policy(Reader, new AccessRule { Role = "night", Allow = ["tools:read"], Deny = ["resources:read"], Condition = new AccessCondition { Time = new DailyWindow("00:00", "06:00") } });

        Assert.True(policy.At(At(Noon)).Allows("resources", "read", "x"));
        Assert.False(policy.At(At(Noon.AddHours(-8))).Allows("resources", "read", "x"));
    }

    [Fact]
    public void What_ends_ends_to_the_tick()
    {
        var policy = Policy(Reader with { Until = Noon });

        Assert.True(policy.At(At(Noon.AddTicks(-1))).Allows("resources", "read"));
        Assert.False(policy.At(At(Noon)).Allows("resources", "read"));
    }

    [Fact]
    public void The_same_verdicts_give_the_same_set_at_no_cost()
    {
        var policy = Policy(Reader with { Condition = new AccessCondition { Addresses = ["10.0.0.0/8"], Time = new DailyWindow("08:00", "18:00"), TimeZone = "Europe/Zurich" } });
        var first = policy.At(At(Noon, "10.0.0.1"));
        var context = At(Noon.AddMinutes(1), "10.0.0.2");
        _ = policy.At(context);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var second = policy.At(context);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Same(first, second);
    }

    [Fact]
    public void Nobody_may_do_anything_under_no_policy() => Assert.Same(PermissionSet.None, AccessPolicy.None.At(default));

    public static TheoryData<AccessCondition> Refused =>
    [
        .. Untellable.Where(row => row.Data.Addresses is not ["10.0.0.0/8"]).Select(row => row.Data),
        new AccessCondition { TimeZone = "Europe/Zurich" },
        new AccessCondition { Time = new DailyWindow("08:00", "08:00") },
        new AccessCondition { Time = new DailyWindow("8:00", "09:00") },
        new AccessCondition { Time = new DailyWindow("08:60", "09:00") },
        new AccessCondition { Time = new DailyWindow("08:00", "24:01") },
        new AccessCondition { Weekdays = [] },
        new AccessCondition { Weekdays = [Weekday.Monday, Weekday.Monday] },
        new AccessCondition { Weekdays = [(Weekday)7] },
        new AccessCondition { Addresses = [] },
        new AccessCondition { Addresses = ["10.0.0.1/8"] },
        new AccessCondition { Addresses = ["10.1"] },
        new AccessCondition { Addresses = ["0x0a000001"] },
        new AccessCondition { Addresses = ["::ffff:10.0.0.1"] },
        new AccessCondition { Addresses = ["10.0.0.0/33"] },
        new AccessCondition { Addresses = ["10.0.0.0/-1"] },
        new AccessCondition { Addresses = [.. Enumerable.Repeat("10.0.0.1", 51)] },
        new AccessCondition { TrustLevel = TrustLevel.None },
        new AccessCondition { TrustLevel = (TrustLevel)9 },
        new AccessCondition { AllOf = [null!] },
        new AccessCondition { AllOf = [new AccessCondition { AllOf = [new AccessCondition { AllOf = [new AccessCondition { TrustLevel = TrustLevel.Low }] }] }] },
        new AccessCondition { AnyOf = [.. Enumerable.Repeat(new AccessCondition { TrustLevel = TrustLevel.Low }, 20)] },
    ];

    [Theory, MemberData(nameof(Refused))]
    public void A_condition_that_is_not_plain_is_refused(AccessCondition condition) => Assert.NotNull(AccessConditionValidator.FaultOf(condition));

    [Fact]
    public void A_plain_condition_is_taken() => Assert.Null(AccessConditionValidator.FaultOf(new AccessCondition
    {
        Time = new DailyWindow("22:00", "06:00"),
        Weekdays = [Weekday.Monday, Weekday.Sunday],
        TimeZone = "Europe/Zurich",
        AnyOf = [new AccessCondition { Addresses = ["10.0.0.0/8", "fd00::1", "0.0.0.0/0"] }, new AccessCondition { AllOf = [new AccessCondition { TrustLevel = TrustLevel.High }] }],
    }));

    private static bool Holds(AccessCondition condition, AccessContext context) => Policy(Reader with { Condition = condition }).At(context).Allows("resources", "read", "x");

    private static AccessPolicy Policy(params AccessRule[] rules) => new(rules, PermissionSet.Compile);

    private static AccessContext At(DateTimeOffset now, string? address = null) => new(now, address is null ? null : IPAddress.Parse(address), TrustLevel.Low);
}
