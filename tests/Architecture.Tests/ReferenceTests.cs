using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Platform.Architecture.Tests;

/// <summary>The arrows of docs/architecture.md.</summary>
public sealed partial class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Arrows = new(StringComparer.Ordinal)
    {
        ["Abstractions"] = [],
        ["Grains"] = ["Abstractions"],
        ["Hosting"] = ["Abstractions"],
        ["Api"] = ["Abstractions", "Hosting"],
        ["Admin"] = ["Abstractions", "Hosting"],
        ["Silo"] = ["Abstractions", "Admin", "Api", "Grains", "Hosting"],
        ["Cli"] = ["Abstractions"],
        ["Client"] = [],
    };

    public static TheoryData<string> SourceProjects => [.. Arrows.Keys];

    public static TheoryData<string> EveryProject => [.. Repository.Projects];

    [Fact]
    public void Every_source_project_has_its_arrows_listed() =>
        Assert.Equal(Arrows.Keys.Order(StringComparer.Ordinal), Directory.EnumerateDirectories(Repository.PathOf("src")).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(SourceProjects))]
    public void A_project_names_the_projects_of_its_arrows_and_no_other(string project) =>
        Assert.Equal(Arrows[project].Select(name => $"src/{name}"), Repository.ProjectReferences(ProjectFile(project)).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(SourceProjects))]
    public void An_assembly_uses_no_assembly_beyond_its_arrows(string project)
    {
        var allowed = Arrows[project].Select(name => $"Platform.{name}");
        var used = Product.Named(project).GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.StartsWith("Platform.", StringComparison.Ordinal));
        Expect.None(used.Except(allowed, StringComparer.Ordinal));
    }

    [Theory, Trait("Control", "AU-5")]
    [InlineData("Platform.Grains")]
    [InlineData("Azure.")]
    [InlineData("Microsoft.Data.Sqlite")]
    [InlineData("SQLitePCL")]
    [InlineData("Microsoft.Orleans.Server")]
    public void The_front_end_ships_no_grain_code_no_vault_and_no_storage(string prefix)
    {
        Expect.None(Closure("Api").Where(name => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)));
        Expect.None(Product.Api.GetReferencedAssemblies().Where(name => name.Name!.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void The_console_knows_views_and_commands_only()
    {
        var used = Product.Admin.WrittenTypes().SelectMany(Code.TypesUsedBy).Where(type => type.Assembly == Product.Abstractions).Distinct().ToList();
        Assert.NotEmpty(used);
        Expect.None(used.Where(type => type.IsGrainContract() || type.Namespace is "Platform.Abstractions.Tenancy" or "Platform.Abstractions.Changes"));
    }

    [Theory, MemberData(nameof(SourceProjects))]
    public void The_MCP_SDK_is_a_judge_in_tests_and_no_part_of_the_product(string project) =>
        Expect.None(Closure(project).Where(name => name.StartsWith("ModelContextProtocol", StringComparison.OrdinalIgnoreCase)));

    [Fact, Trait("Control", "SC-1")]
    public void Every_package_is_pinned_to_one_exact_version()
    {
        var orleans = Pins().Descendants("Orleans").Single().Value;
        var loose = Pins().Descendants("PackageVersion")
            .Select(pin => (Name: pin.Attribute("Include")!.Value, Version: pin.Attribute("Version")!.Value.Replace("$(Orleans)", orleans, StringComparison.Ordinal)))
            .Where(pin => !ExactVersion.IsMatch(pin.Version));
        Expect.None(loose);
    }

    [Theory, MemberData(nameof(EveryProject)), Trait("Control", "SC-1")]
    public void A_project_takes_its_packages_from_the_central_list(string project)
    {
        var pinned = Pins().Descendants("PackageVersion").Select(pin => pin.Attribute("Include")!.Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Expect.None(Repository.PackageReferences(project).Where(name => !pinned.Contains(name)));
        Expect.None(Repository.Project(project).Descendants("PackageReference").Where(item => item.Attribute("Version") is not null || item.Attribute("VersionOverride") is not null));
    }

    [Theory, MemberData(nameof(EveryProject)), Trait("Control", "SC-5")]
    public void A_project_has_a_lock_file(string project) =>
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(Repository.PathOf(project))!, "packages.lock.json")), $"{project} has no packages.lock.json; run dotnet restore and commit it.");

    private static string ProjectFile(string project) => $"src/{project}/Platform.{project}.csproj";

    private static XDocument Pins() => Repository.Project("Directory.Packages.props");

    /// <summary>Names of everything the project restores, transitively.</summary>
    private static List<string> Closure(string project)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Repository.PathOf($"src/{project}/packages.lock.json")));
        return [.. file.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(framework => framework.Value.EnumerateObject()).Select(package => package.Name)];
    }

    [GeneratedRegex(@"^\[[0-9]+(\.[0-9]+){1,3}(-[0-9A-Za-z.-]+)?\]$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex ExactVersion { get; }
}
