using Platform.Abstractions.Audit;
using Platform.Grains.Audit;
using Platform.Silo.Audit;

namespace Platform.Silo.Tests.Audit;

[Trait("Control", "AL-5")]
public sealed class IntentAgesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly IntentAges _ages = new();

    [Fact]
    public void An_intent_that_is_seen_for_the_first_time_is_not_old_however_long_ago_it_was_made()
    {
        var ancient = Intent();

        Assert.Empty(_ages.Old([ancient], Start.AddDays(1)));
    }

    [Fact]
    public void An_intent_is_old_when_it_has_been_seen_for_ten_minutes()
    {
        var intent = Intent();
        _ages.Old([intent], Start);

        Assert.Empty(_ages.Old([intent], Start.AddMinutes(10).AddTicks(-1)));
        Assert.Equal([intent], _ages.Old([intent], Start.AddMinutes(10)));
    }

    [Fact]
    public void An_intent_whose_outcome_came_is_forgotten()
    {
        var intent = Intent();
        _ages.Old([intent], Start);
        _ages.Old([], Start.AddMinutes(5));

        Assert.Empty(_ages.Old([intent], Start.AddMinutes(10)));
    }

    private static AuditIntentRow Intent() => new(AuditRows.Tenant, "0", new AuditEvent(Guid.CreateVersion7(), Start, "{}"u8.ToArray()));
}
