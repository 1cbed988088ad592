using System.Reflection;
using System.Text.RegularExpressions;

namespace Platform.Architecture.Tests;

/// <summary>What the documents say about the code is true, as far as a test can tell.</summary>
public sealed partial class DocumentationTests
{
    public static TheoryData<string> Documents => [.. Repository.Files(".", ".md")];

    public static TheoryData<string> Decisions => [.. Repository.Files("docs/adr", ".md")];

    public static IReadOnlyList<string> Options { get; } =
        [.. Keys(typeof(Hosting.PlatformOptions), "Platform"), .. Keys(typeof(Admin.AdminOptions), "Platform:Admin")];

    [Theory, MemberData(nameof(Documents)), Trait("Control", "DOC")]
    public void Every_relative_link_leads_to_a_file(string document)
    {
        var folder = Path.GetDirectoryName(Repository.PathOf(document))!;
        Expect.None(Links(document).Where(link => !File.Exists(Path.Combine(folder, link)) && !Directory.Exists(Path.Combine(folder, link))));
    }

    [Theory, MemberData(nameof(Decisions)), Trait("Control", "DOC")]
    public void A_decision_has_context_decision_and_consequence_on_one_page(string document)
    {
        var text = Repository.Read(document);
        Assert.All(["## Context", "## Decision", "## Consequence"], heading => Assert.Contains(heading, text, StringComparison.Ordinal));
        Assert.InRange(text.Split('\n').Length, 1, 60);
    }

    [Fact, Trait("Control", "CF-2")]
    public void Every_option_is_documented()
    {
        var text = Repository.Read("docs/configuration.md");
        Expect.None(Options.Where(key => !text.Contains($"`{key}`", StringComparison.Ordinal)));
    }

    [Fact, Trait("Control", "CF-2")]
    public void Every_documented_option_exists() =>
        Expect.None(OptionKey.Matches(Repository.Read("docs/configuration.md")).Select(match => match.Groups["key"].Value).Except(Options, StringComparer.Ordinal));

    [Fact, Trait("Control", "DOC")]
    public void Decisions_that_the_code_names_exist() =>
        Expect.None(Repository.Files("src", ".cs")
            .SelectMany(file => Decision.Matches(Repository.Read(file)).Select(match => match.Value))
            .Distinct(StringComparer.Ordinal)
            .Where(decision => !Repository.Files("docs/adr", ".md").Any(file => file.StartsWith(decision, StringComparison.Ordinal))));

    private static IEnumerable<string> Keys(Type type, string section) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .SelectMany(property => property.PropertyType.Assembly == type.Assembly && property.PropertyType != typeof(Platform.Hosting.Startup.Redacted) ? Keys(property.PropertyType, $"{section}:{property.Name}")
            : property.PropertyType.IsGenericType ? []
            : [$"{section}:{property.Name}"]);

    private static IEnumerable<string> Links(string document) =>
        Link.Matches(Fence.Replace(Repository.Read(document), ""))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains(':', StringComparison.Ordinal) && target[0] != '#')
            .Select(target => target.Split('#')[0]);

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Link { get; }

    [GeneratedRegex("```[^`]*```", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Fence { get; }

    [GeneratedRegex("`(?<key>Platform(:[A-Za-z]+)+)`", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex OptionKey { get; }

    [GeneratedRegex("docs/adr/[0-9]{4}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Decision { get; }
}
