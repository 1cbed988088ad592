using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Grains.Tenants;

namespace Platform.Grains.Tests.Tenants;

[Trait("Control", "IR-4")]
public sealed class ResumeRuleTests
{
    private static readonly DateTimeOffset Suspension = new(2026, 11, 29, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = Suspension.AddHours(1);
    private static readonly DateTimeOffset Before = Suspension.AddTicks(-1);
    private static readonly Caller Ann = new(TenantId.Platform, "usr_ann", "session:1");
    private static readonly Caller Bob = new(TenantId.Platform, "usr_bob", "session:2");

    [Fact]
    public void A_request_to_resume_ends_to_the_tick()
    {
        var asked = Value(ResumeRule.Resume(Suspended(alone: false), Terms(Before), Ann, Now));

        Assert.Equal(TenantStatus.Suspended, asked.Status);
        Assert.Equal(TenantStatus.Active, Value(ResumeRule.Approve(asked, Before, Bob, Now.AddMinutes(5).AddTicks(-1))).Status);
        Assert.Equal(ProblemCode.Conflict, ResumeRule.Approve(asked, Before, Bob, Now.AddMinutes(5)).Problem?.Code);
        Assert.Equal(ProblemCode.PermissionDenied, ResumeRule.Approve(asked, Before, Ann, Now.AddMinutes(1)).Problem?.Code);
    }

    [Fact]
    public void An_account_that_changed_hands_since_the_suspension_neither_asks_nor_approves()
    {
        var suspended = Suspended(alone: false);
        var asked = Value(ResumeRule.Resume(suspended, Terms(Before), Ann, Now));

        Assert.Equal(ProblemCode.PermissionDenied, ResumeRule.Resume(suspended, Terms(Suspension), Bob, Now).Problem?.Code);
        Assert.Equal(ProblemCode.PermissionDenied, ResumeRule.Approve(asked, Suspension, Bob, Now).Problem?.Code);
    }

    [Fact]
    public void Who_came_a_week_ago_may_resume_what_was_suspended_before()
    {
        var (suspended, later) = (Suspended(alone: false), Now + ResumeRule.Established);
        var asked = Value(ResumeRule.Resume(suspended, Terms(Now), Ann, later));

        Assert.Equal(TenantStatus.Active, Value(ResumeRule.Approve(asked, Now, Bob, later)).Status);
        Assert.Equal(ProblemCode.PermissionDenied, ResumeRule.Approve(asked, Now.AddTicks(1), Bob, later).Problem?.Code);
        Assert.Equal(ProblemCode.PermissionDenied, ResumeRule.Resume(suspended, Terms(Now.AddTicks(1)), Ann, later).Problem?.Code);
    }

    [Fact]
    public void Where_one_is_enough_a_key_resumes_and_where_two_are_needed_it_does_not()
    {
        Assert.Equal(TenantStatus.Active, Value(ResumeRule.Resume(Suspended(alone: true), Terms(null), Ann, Now)).Status);
        Assert.Equal(ProblemCode.PermissionDenied, ResumeRule.Resume(Suspended(alone: false), Terms(null), Ann, Now).Problem?.Code);
    }

    [Theory]
    [InlineData(true, true, TenantStatus.Suspended)]
    [InlineData(true, false, TenantStatus.Active)]
    [InlineData(false, false, TenantStatus.Active)]
    public void The_configuration_wins_over_what_was_settled(bool alone, bool needsTwo, TenantStatus expected) =>
        Assert.Equal(expected, Value(ResumeRule.Resume(Suspended(alone), Terms(Before) with { NeedsTwo = needsTwo }, Ann, Now)).Status);

    [Fact]
    public void A_repeated_suspension_asks_for_more_people_and_never_for_fewer()
    {
        var (alone, two) = (Suspended(alone: true), Suspended(alone: false));

        Assert.False(ResumeRule.Suspended(alone, new SuspendTenant(), resumeAlone: false, Now).ResumeAlone);
        Assert.Equal(Suspension, ResumeRule.Suspended(alone, new SuspendTenant(), resumeAlone: false, Now).SuspendedAt);
        Assert.Same(two, ResumeRule.Suspended(two, new SuspendTenant(), resumeAlone: true, Now));
    }

    [Fact]
    public void Who_suspends_a_suspended_tenant_again_voids_what_was_asked_before()
    {
        var asked = Value(ResumeRule.Resume(Suspended(alone: false), Terms(Before), Ann, Now));

        var again = ResumeRule.Suspended(asked, new SuspendTenant(), resumeAlone: false, Now.AddMinutes(1));

        Assert.Equal(ProblemCode.Conflict, ResumeRule.Approve(again, Before, Bob, Now.AddMinutes(2)).Problem?.Code);
        var anew = Value(ResumeRule.Resume(again, Terms(Before), Ann, Now.AddMinutes(2)));
        Assert.Equal(TenantStatus.Active, Value(ResumeRule.Approve(anew, Before, Bob, Now.AddMinutes(3))).Status);
    }

    [Fact]
    public void A_row_from_before_this_was_settled_takes_two() =>
        Assert.Equal(ProblemCode.PermissionDenied, ResumeRule.Resume(new TenantState { Status = TenantStatus.Suspended, SuspendedAt = Suspension }, Terms(null), Ann, Now).Problem?.Code);

    [Fact]
    public void A_tenant_that_is_served_stays_as_it_is_and_nobody_is_asked()
    {
        var active = new TenantState { Status = TenantStatus.Active };

        Assert.Same(active, Value(ResumeRule.Resume(active, Terms(Before), Ann, Now)));
        Assert.Equal(ProblemCode.Conflict, ResumeRule.Approve(active, Before, Bob, Now).Problem?.Code);
    }

    private static TenantState Suspended(bool alone) => ResumeRule.Suspended(new TenantState { Status = TenantStatus.Active }, new SuspendTenant(), alone, Suspension);

    private static ResumeTerms Terms(DateTimeOffset? since) => new(null, since, TimeSpan.FromMinutes(5));

    private static TenantState Value(Result<TenantState> result) => result.Try(out var state, out var refused) ? state : throw new InvalidOperationException(refused.Detail);
}
