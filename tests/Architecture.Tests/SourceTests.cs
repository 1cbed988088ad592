using System.Text.RegularExpressions;

namespace Platform.Architecture.Tests;

/// <summary>What a stranger finds where, and how much of it at once.</summary>
public sealed partial class SourceTests
{
    private const int MostLines = 400;

    public static TheoryData<string> Fixed =>
    [
        "README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "Platform.sln", "global.json", "nuget.config", ".editorconfig", ".gitignore",
        "Directory.Build.props", "Directory.Packages.props", "build/BannedSymbols.txt", "tests/run", "tests/conformance", "bench", "infra",
        "docs/architecture.md", "docs/configuration.md", "docs/operations.md", "docs/seed-map.md", "docs/adr/0001-layout.md",
        "docs/security/architecture.md", "docs/security/threat-model.md", "docs/security/testing.md", "docs/security/incident-response.md",
        "src/Abstractions", "src/Grains", "src/Hosting", "src/Api", "src/Admin", "src/Silo", "src/Cli", "src/Client",
        "tests/Testing", "tests/Abstractions.Tests", "tests/Grains.Tests", "tests/Silo.Tests", "tests/Api.Tests", "tests/Admin.Tests", "tests/Architecture.Tests", "tests/System",
    ];

    public static TheoryData<string> PublicContracts => [.. Repository.Files("src/Abstractions", ".cs")];

    [Theory, MemberData(nameof(Fixed))]
    public void The_fixed_places_of_the_layout_exist(string path) => Assert.True(Repository.Exists(path), $"{path} is missing.");

    /// <summary>The benchmarks are built by bench/run alone.</summary>
    [Fact]
    public void Every_project_of_the_product_and_its_tests_is_in_the_solution()
    {
        var solution = Repository.Read("Platform.sln").Replace('\\', '/');
        Expect.None(Repository.Projects.Where(project => !project.StartsWith("bench/", StringComparison.Ordinal) && !solution.Contains($"\"{project}\"", StringComparison.Ordinal)));
    }

    /// <summary>Nobody reads what is generated: it is read where it is made.</summary>
    [Fact]
    public void No_source_file_is_longer_than_400_lines() =>
        Expect.None(Repository.Files("src", ".cs", ".razor", ".css", ".js").Where(file => !file.EndsWith(".g.cs", StringComparison.Ordinal)).Select(file => (File: file, Lines: File.ReadLines(Repository.PathOf(file)).Count())).Where(file => file.Lines > MostLines));

    /// <summary>A validator is exempt: it says nothing that its command does not.</summary>
    [Theory, MemberData(nameof(PublicContracts))]
    public void A_public_type_of_Abstractions_says_what_it_is(string file)
    {
        var lines = File.ReadAllLines(Repository.PathOf(file));
        var silent = Enumerable.Range(0, lines.Length)
            .Where(at => PublicType.IsMatch(lines[at]) && !lines[at].Contains("Validator :", StringComparison.Ordinal))
            .Where(at => !lines[..at].Reverse().SkipWhile(line => line.StartsWith('[')).First().StartsWith("///", StringComparison.Ordinal))
            .Select(at => lines[at]);
        Expect.None(silent);
    }

    [Theory]
    [InlineData("#region")]
    [InlineData("DateTime.UtcNow")]
    [InlineData("Thread.Sleep")]
    [InlineData(".GetAwaiter().GetResult()")]
    public void Source_is_free_of(string text) =>
        Expect.None(Repository.Files("src", ".cs", ".razor").Where(file => Repository.Read(file).Contains(text, StringComparison.Ordinal)));

    [GeneratedRegex("^public (abstract |sealed |static |partial |readonly )*(class|record struct|record|struct|interface|enum|delegate) ", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex PublicType { get; }
}
