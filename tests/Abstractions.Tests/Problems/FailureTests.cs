using Orleans.Runtime;
using Orleans.Storage;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Tests.Problems;

[Trait("Control", "ER-1")]
public sealed class FailureTests
{
    public static TheoryData<Exception, ProblemCode> Failures => new()
    {
        { new SiloUnavailableException("S10.0.0.7:11111:42 is gone"), ProblemCode.Unavailable },
        { new InconsistentStateException("etag 7, not 8"), ProblemCode.Unavailable },
        { new TimeoutException("grain_state"), ProblemCode.Internal },
        { new InvalidOperationException("Host=db"), ProblemCode.Internal },
    };

    [Theory, MemberData(nameof(Failures))]
    public void A_lost_node_is_an_outage_and_all_else_is_internal_and_neither_says_what_broke(Exception failure, ProblemCode code)
    {
        var problem = Problem.Of(failure);

        Assert.Equal(code, problem.Code);
        Assert.DoesNotContain(failure.Message, problem.Detail, StringComparison.Ordinal);
    }
}
