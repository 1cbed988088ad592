using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Grains.Tenants;

namespace Platform.Grains.Tests.Tenants;

[Trait("Control", "IR-2")]
public sealed class TenantRestrictionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 0, 0, 0, TimeSpan.Zero);
    private static readonly Caller Operator = new(TenantId.Platform, "usr_op", "session:1");
    private static readonly Caller Admin = new(TenantId.New(), "usr_admin", "session:2");

    [Fact]
    public void An_operators_word_replaces_a_tenants_and_not_the_other_way_round()
    {
        var own = Value(TenantRestrictions.MakeReadOnly(new TenantState(), new MakeReadOnly { Reason = "own" }, Admin, Now));
        var operators = Value(TenantRestrictions.MakeReadOnly(own, new MakeReadOnly { Reason = "theirs" }, Operator, Now));
        var again = Value(TenantRestrictions.MakeReadOnly(operators, new MakeReadOnly { Reason = "own again" }, Admin, Now));

        Assert.Equal(new Restriction(Now, "usr_admin", false, "own"), own.ReadOnly);
        Assert.Equal(new Restriction(Now, "usr_op", true, "theirs"), again.ReadOnly);
    }

    [Fact]
    public void Only_an_operator_lifts_what_an_operator_restricted()
    {
        var state = Value(TenantRestrictions.MakeReadOnly(new TenantState(), new MakeReadOnly(), Operator, Now));

        Assert.Equal(ProblemCode.PermissionDenied, TenantRestrictions.MakeWritable(state, Admin).Problem?.Code);
        Assert.Null(Value(TenantRestrictions.MakeWritable(state, Operator)).ReadOnly);
    }

    [Fact]
    public void Quarantine_is_bounded_and_the_same_entry_counts_once()
    {
        var full = new TenantState { Quarantine = [.. Enumerable.Range(0, TenantView.MaxQuarantine).Select(i => new QuarantinedEntry(CatalogueEntryKind.Tool, $"t{i}", new Restriction(Now, "usr_admin", false, null)))] };

        Assert.Same(full, Value(TenantRestrictions.Quarantine(full, Tool("t0"), Admin, Now)));
        Assert.Equal(TenantView.MaxQuarantine, Value(TenantRestrictions.Quarantine(full, Tool("t0"), Operator, Now)).Quarantine.Length);
        Assert.Equal(ProblemCode.QuotaExceeded, TenantRestrictions.Quarantine(full, Tool("more"), Operator, Now).Problem?.Code);
    }

    private static QuarantineEntry Tool(string name) => new() { Kind = CatalogueEntryKind.Tool, Name = name };

    private static TenantState Value(Result<TenantState> result) => result.Try(out var state, out var refused) ? state : throw new InvalidOperationException(refused.Detail);
}
