using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Tests.Problems;

public sealed class ResultTests
{
    [Fact, Trait("Control", "ER-1")]
    public void The_default_is_an_internal_problem_and_no_value()
    {
        var result = default(Result<int>);

        Assert.False(result.Try(out _, out var problem));
        Assert.Equal((ProblemCode.Internal, ProblemCode.Internal), (problem.Code, result.Problem!.Code));
    }

    [Fact]
    public void A_value_is_a_value_even_when_it_is_the_default_of_its_type()
    {
        Result<int> result = 0;

        Assert.True(result.Try(out var value, out var problem));
        Assert.Equal((0, null, null), (value, problem, result.Problem));
    }

    [Fact]
    public void A_problem_is_a_problem()
    {
        Result<string> result = Problem.Conflict("taken");

        Assert.False(result.Try(out var value, out var problem));
        Assert.Equal((null, "taken"), (value, problem.Detail));
    }

    [Fact, Trait("Control", "ER-1")]
    public void The_default_problem_code_tells_nothing() => Assert.Equal(ProblemCode.Internal, default);
}
