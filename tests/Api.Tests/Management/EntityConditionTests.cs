using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Problems;
using Platform.Api.Management;

namespace Platform.Api.Tests.Management;

public sealed class EntityConditionTests
{
    [Theory]
    [InlineData(null, null, "7", true)]
    [InlineData(null, null, null, true)]
    [InlineData("\"7\"", null, "7", true)]
    [InlineData("\"6\", \"7\"", null, "7", true)]
    [InlineData("\"6\"", null, "7", false)]
    [InlineData("\"7\"", null, null, false)]
    [InlineData("W/\"7\"", null, "7", false)]
    [InlineData("*", null, "7", true)]
    [InlineData("*", null, null, false)]
    [InlineData(null, "*", null, true)]
    [InlineData(null, "*", "7", false)]
    public void A_change_goes_on_exactly_when_its_condition_holds(string? match, string? none, string? current, bool holds)
    {
        Assert.True(EntityCondition.Of(Request(match, none)).Try(out var condition, out _));
        Assert.Equal(holds ? null : ProblemCode.PreconditionFailed, condition.Check(current)?.Code);
    }

    [Theory]
    [InlineData("7", null)]
    [InlineData("\"7", null)]
    [InlineData("\"6\" \"7\"", null)]
    [InlineData("*, \"7\"", null)]
    [InlineData("", null)]
    [InlineData(null, "\"7\"")]
    [InlineData("\"7\"", "*")]
    public void What_is_no_condition_is_refused(string? match, string? none)
    {
        Assert.False(EntityCondition.Of(Request(match, none)).Try(out _, out var refused));
        Assert.Equal(ProblemCode.InvalidParams, refused.Code);
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(17, false)]
    public void A_condition_names_sixteen_versions_at_most(int count, bool isTaken) =>
        Assert.Equal(isTaken, EntityCondition.Of(Request(string.Join(", ", Enumerable.Range(0, count).Select(version => $"\"{version}\"")), null)).Try(out _, out _));

    [Fact]
    public void A_change_that_must_say_what_it_changes_says_it()
    {
        Assert.False(EntityCondition.Required(Request(null, null)).Try(out _, out var refused));
        Assert.Equal(ProblemCode.PreconditionRequired, refused.Code);
        Assert.True(EntityCondition.Required(Request("\"7\"", null)).Try(out _, out _));
    }

    private static HttpRequest Request(string? match, string? none)
    {
        var request = new DefaultHttpContext().Request;
        if (match is not null)
        {
            request.Headers.IfMatch = match;
        }

        if (none is not null)
        {
            request.Headers.IfNoneMatch = none;
        }

        return request;
    }
}
