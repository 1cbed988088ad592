namespace Platform.Architecture.Tests;

/// <summary>One folder is one idea. Between folders of a project references go one way, except where <see cref="Allowed"/> says why not.</summary>
public sealed class SliceTests
{
    private static readonly string[] KindsOfThings = ["Helpers", "Common", "Services", "Models", "Interfaces", "Utils"];

    /// <summary>Where a project is put together: it may know every slice, and does not count as one.</summary>
    private static readonly string[] Composition =
        ["Program", "PlatformHost", "ApiRole", "AdminRole", "GrainsServiceCollectionExtensions", "GrainStateJson"];

    /// <summary>References that close a circle and stay, with the reason.</summary>
    private static readonly Dictionary<string, string> Allowed = new(StringComparer.Ordinal)
    {
        ["Abstractions.Tenants -> Abstractions.Identity"] = "A tenant's commands carry the Caller, and a Caller names its tenant.",
        ["Abstractions.Tenants -> Abstractions.Tenancy"] = "ITenantGrain says by attribute that platform grains may call it; the rule itself speaks of tenants.",
        ["Api.Audit -> Api.Management"] = "AuditEndpoints is a slice of REST; REST's exchange in turn carries the audit entry of its request.",
        ["Api.Audit -> Api.Tenants"] = "AuditEndpoints finds the tenant of its route as every other slice does.",
        ["Admin.Components.Pages.Tenants -> Admin.Components.Pages.Audit"] = "A tenant's overview shows its latest audit lines; audit pages stand in a tenant's frame.",
        ["Admin.Session -> Admin.Management"] = "Signing out ends the session on the management API, whose client sends the session's token.",
        ["Admin.Session -> Admin.Security"] = "The cookie exists on the console's endpoints only, and its redirects carry the console's headers.",
    };

    public static TheoryData<string> Projects => ["Abstractions", "Grains", "Hosting", "Api", "Admin", "Silo", "Cli", "Client"];

    [Fact]
    public void No_folder_is_named_after_a_kind_of_thing() =>
        Expect.None(Repository.Folders("src").Concat(Repository.Folders("tests")).Where(folder => KindsOfThings.Contains(Path.GetFileName(folder), StringComparer.OrdinalIgnoreCase)));

    [Theory, MemberData(nameof(Projects))]
    public void A_namespace_is_its_folder(string project)
    {
        var root = $"src/{project}";
        var strays = Repository.Files(root, ".cs").Where(file => !file.EndsWith(".g.cs", StringComparison.Ordinal))
            .Select(file => (File: file, Expected: $"namespace Platform.{Path.GetRelativePath("src", Path.GetDirectoryName(file)!).Replace('/', '.')};"))
            .Where(file => !string.Equals(Path.GetFileName(file.File), "Program.cs", StringComparison.Ordinal) && !Repository.Read(file.File).Contains(file.Expected, StringComparison.Ordinal));
        Expect.None(strays);
    }

    [Theory, MemberData(nameof(Projects))]
    public void Folders_of_a_project_do_not_refer_to_each_other_in_circles(string project)
    {
        var edges = Edges(project).Where(edge => !Allowed.ContainsKey(edge)).ToList();
        var inCircles = CirclesOf(edges);
        Assert.True(inCircles.Count == 0, $"Circles in src/{project}:{Environment.NewLine}{string.Join(Environment.NewLine, inCircles)}");
    }

    [Fact]
    public void Every_allowed_reference_still_exists() =>
        Expect.None(Allowed.Keys.Except(Projects.SelectMany(project => Edges(project.Data)), StringComparer.Ordinal));

    /// <summary>References between namespaces of one project, as <c>Api.Mcp -> Api.Audit</c>.</summary>
    private static IEnumerable<string> Edges(string project)
    {
        var assembly = Product.Named(project);
        return assembly.WrittenTypes()
            .Where(type => !Composition.Contains(type.Outermost().Name, StringComparer.Ordinal))
            .SelectMany(type => Code.TypesUsedBy(type).Where(used => used.Assembly == assembly && Slice(used) is not null).Select(used => (From: Slice(type)!, To: Slice(used)!)))
            .Where(edge => !string.Equals(edge.From, edge.To, StringComparison.Ordinal))
            .Select(edge => $"{edge.From} -> {edge.To}")
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
    }

    private static string? Slice(Type type) =>
        type.Namespace is { } name && name.StartsWith("Platform.", StringComparison.Ordinal) ? name["Platform.".Length..] : null;

    /// <summary>The edges that lie on a circle: those that remain when what nobody points to, and what points to nobody, is taken away again and again.</summary>
    private static List<string> CirclesOf(IReadOnlyList<string> edges)
    {
        var left = edges.Select(edge => edge.Split(" -> ")).ToList();
        while (true)
        {
            var sources = left.Select(edge => edge[0]).ToHashSet(StringComparer.Ordinal);
            var targets = left.Select(edge => edge[1]).ToHashSet(StringComparer.Ordinal);
            if (left.RemoveAll(edge => !targets.Contains(edge[0]) || !sources.Contains(edge[1])) == 0)
            {
                return [.. left.Select(edge => $"{edge[0]} -> {edge[1]}")];
            }
        }
    }
}
