using System.Text.RegularExpressions;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Tests.Problems;

[Trait("Control", "ER-1")]
public sealed partial class ProblemCatalogueTests
{
    /// <summary>What MCP 2026-07-28 assigned itself in the range it closed to everybody else.</summary>
    private static readonly int[] AssignedByMcp = [-32020, -32021, -32022];

    [Fact]
    public void Every_code_has_a_row() => Assert.Equal(Enum.GetValues<ProblemCode>(), ProblemCatalogue.All.Select(row => row.Key));

    [Fact]
    public void An_unknown_code_reads_as_internal() => Assert.Equal("internal", ProblemCatalogue.Row((ProblemCode)int.MaxValue).Slug);

    [Fact]
    public void Slugs_are_unique_and_in_kebab_case()
    {
        var slugs = ProblemCatalogue.All.Select(row => row.Value.Slug).ToArray();

        Assert.Equal(slugs.Length, slugs.Distinct(StringComparer.Ordinal).Count());
        Assert.All(slugs, slug => Assert.Matches(Kebab(), slug));
    }

    [Fact]
    public void Slugs_are_the_names_of_their_codes_in_kebab_case() =>
        Assert.All(ProblemCatalogue.All, row => Assert.Equal(Kebabed(row.Key.ToString()), row.Value.Slug));

    [Fact]
    public void No_code_lies_in_the_range_that_mcp_closed() =>
        Assert.DoesNotContain(ProblemCatalogue.All, row => row.Value.JsonRpcCode is >= -32099 and <= -32000 && !AssignedByMcp.Contains(row.Value.JsonRpcCode));

    [Fact]
    public void The_old_code_for_a_missing_resource_is_not_used() => Assert.DoesNotContain(ProblemCatalogue.All, row => row.Value.JsonRpcCode == -32002);

    [Fact]
    public void Codes_of_our_own_are_their_status_and_a_number() =>
        Assert.All(ProblemCatalogue.All.Where(row => row.Value.JsonRpcCode > 0), row => Assert.Equal(row.Value.HttpStatus, row.Value.JsonRpcCode / 100));

    [Fact]
    public void Codes_of_our_own_are_unique()
    {
        var ours = ProblemCatalogue.All.Select(row => row.Value.JsonRpcCode).Where(code => code > 0).ToArray();

        Assert.Equal(ours.Length, ours.Distinct().Count());
    }

    [Fact]
    public void Rest_answers_every_problem_with_an_error_status() =>
        Assert.All(ProblemCatalogue.All, row => Assert.InRange(row.Value.HttpStatus, 400, 599));

    [Fact]
    public void Mcp_answers_with_the_same_status_or_with_an_error_inside_200() =>
        Assert.All(ProblemCatalogue.All, row => Assert.Contains(row.Value.McpStatus, new[] { 200, row.Value.HttpStatus }));

    /// <summary>
    /// A failure shows the first difference, and its output the whole text that the file should have. To approve it, read it and make it the file:
    /// this test writes nothing.
    /// </summary>
    [Fact]
    public void The_documentation_is_what_the_catalogue_says()
    {
        var expected = ProblemPage.Write();
        TestContext.Current.TestOutputHelper!.WriteLine(expected);

        Assert.Equal(expected, File.ReadAllText(ProblemPage.File));
    }

    private static string Kebabed(string name) =>
        string.Concat(name.Select((c, at) => char.IsAsciiLetterUpper(c) ? $"{(at == 0 ? "" : "-")}{char.ToLowerInvariant(c)}" : c.ToString()));

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Kebab();
}
