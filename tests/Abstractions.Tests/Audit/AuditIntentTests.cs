using Platform.Abstractions.Audit;

namespace Platform.Abstractions.Tests.Audit;

[Trait("Control", "AL-5")]
public sealed class AuditIntentTests
{
    [Fact]
    public void An_intent_and_its_outcome_each_give_the_others_id()
    {
        var outcome = Guid.CreateVersion7();
        var intent = AuditIntent.Partner(outcome);

        Assert.NotEqual(outcome, intent);
        Assert.Equal(outcome, AuditIntent.Partner(intent));
    }

    [Fact]
    public void Both_are_of_the_same_moment_so_that_they_lie_together()
    {
        var outcome = Guid.Parse("0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeee0");

        Assert.Equal(Guid.Parse("0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeee1"), AuditIntent.Partner(outcome));
    }
}
