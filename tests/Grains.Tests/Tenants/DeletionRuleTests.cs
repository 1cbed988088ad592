using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Grains.Tenants;

namespace Platform.Grains.Tests.Tenants;

public sealed class DeletionRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Caller Operator = new(TenantId.Platform, "usr_ann", "test");
    private static readonly TenantState Active = new() { Slug = "acme", Status = TenantStatus.Active, Version = 7 };

    [Theory]
    [InlineData(TenantStatus.Active)]
    [InlineData(TenantStatus.Suspended)]
    public void A_restored_tenant_is_what_it_was_before_it_was_deleted(TenantStatus before)
    {
        var deleted = Delete(Active with { Status = before }).Value();

        Assert.Equal((TenantStatus.Deleted, new TenantDeletion(Now, "usr_ann", Now.AddDays(30), before, IsPurging: false)), (deleted.Status, deleted.Deletion));
        Assert.Equal(Active with { Status = before }, DeletionRule.Restore(deleted).Value());
    }

    [Fact]
    public void Nothing_brings_a_tenant_back_whose_purge_has_begun()
    {
        var purging = DeletionRule.BeginPurge(Delete(Active).Value()).Value();

        Assert.Equal(ProblemCode.Conflict, DeletionRule.Restore(purging).Problem?.Code);
        Assert.Same(purging, DeletionRule.BeginPurge(purging).Value());
    }

    [Fact]
    public void What_is_not_deleted_is_neither_restored_nor_purged()
    {
        Assert.Equal(ProblemCode.Conflict, DeletionRule.Restore(Active).Problem?.Code);
        Assert.Equal(ProblemCode.Conflict, DeletionRule.BeginPurge(Active).Problem?.Code);
        Assert.Equal(ProblemCode.Conflict, DeletionRule.BeginPurge(Active with { Status = TenantStatus.Deleted }).Problem?.Code);
    }

    [Fact]
    public void Only_the_version_that_was_read_is_deleted_and_only_once()
    {
        Assert.Equal(ProblemCode.PreconditionFailed, Delete(Active, expected: 6).Problem?.Code);
        Assert.Null(Delete(Active, expected: 7).Problem);
        Assert.Equal(ProblemCode.Conflict, Delete(Delete(Active).Value()).Problem?.Code);
    }

    private static Result<TenantState> Delete(TenantState state, long? expected = null) => DeletionRule.Delete(state, expected, Now.AddDays(30), Operator, Now);
}
