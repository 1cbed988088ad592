using Platform.Api.Validation.Schema;

namespace Platform.Api.Tests.Validation.Schema;

[Trait("Control", "IN-2")]
public sealed class OfficialSuiteTests
{
    /// <summary>Every group by its place, so that a failure names it.</summary>
    public static TheoryData<int, string> Groups =>
        [.. OfficialSuite.Groups.Index().Select(pair => (pair.Index, $"{pair.Item.File}: {pair.Item.Description}"))];

    [Fact]
    public void The_suite_is_whole() =>
        Assert.Equal(
            (46, 320, 1090),
            (OfficialSuite.Groups.DistinctBy(group => group.File, StringComparer.Ordinal).Count(), OfficialSuite.Groups.Count, OfficialSuite.Groups.Sum(group => group.Cases.Count)));

    [Theory]
    [MemberData(nameof(Groups))]
    public void Every_test_of_a_group_passes(int at, string name)
    {
        var group = OfficialSuite.Groups[at];
        var compiles = SchemaCompiler.TryCompile(group.Schema, OfficialSuite.Documents, out var schema, out var fault);
        Assert.True(compiles, $"{name} is refused: {fault}");

        var error = default(SchemaError);
        Assert.Empty(group.Cases.Where(test => schema!.Validate(test.Instance, ref error) != test.Valid).Select(test => test.Description));
    }

    [Fact]
    public void A_verdict_does_not_depend_on_the_run_before()
    {
        // Compiled schemas are shared and their buffers borrowed: what one validation leaves behind must not reach another.
        var error = default(SchemaError);
        var wrong = OfficialSuite.Groups
            .Select(group => (group, schema: SchemaCompiler.TryCompile(group.Schema, OfficialSuite.Documents, out var schema, out _) ? schema : null))
            .SelectMany(pair => pair.group.Cases.Concat(pair.group.Cases.Reverse()), (pair, test) => (pair, test))
            .Where(item => item.pair.schema!.Validate(item.test.Instance, ref error) != item.test.Valid)
            .Select(item => $"{item.pair.group.File}: {item.test.Description}");

        Assert.Empty(wrong);
    }
}
