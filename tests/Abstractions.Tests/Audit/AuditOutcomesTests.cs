using System.Reflection;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Tests.Audit;

public sealed class AuditOutcomesTests
{
    [Fact]
    public void Every_word_that_is_written_as_an_outcome_is_one()
    {
        var faults = typeof(AuditFault).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).ToArray();

        Assert.NotEmpty(faults);
        Assert.All(faults.Concat(ProblemCatalogue.All.Select(row => row.Value.Slug)).Concat([AuditOutcomes.Ok, AuditOutcomes.Cancelled, AuditIntent.Unfinished]), word => Assert.True(AuditOutcomes.Has(word), word));
    }

    [Theory]
    [InlineData("")]
    [InlineData("OK")]
    [InlineData("zz")]
    [InlineData("ok ")]
    public void Nothing_else_is(string word) => Assert.False(AuditOutcomes.Has(word));
}
