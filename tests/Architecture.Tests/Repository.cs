using System.Xml.Linq;

namespace Platform.Architecture.Tests;

/// <summary>The working copy that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] Skipped = ["bin", "obj", "node_modules", "artifacts", "TestResults", "data", "results", ".git"];

    public static string Root { get; } = FindRoot();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static bool Exists(string relative) => File.Exists(PathOf(relative)) || Directory.Exists(PathOf(relative));

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>Files below a folder with one of the endings, as paths relative to the root; nothing that a build or a package manager made.</summary>
    public static IEnumerable<string> Files(string folder, params string[] endings) =>
        Walk(PathOf(folder))
            .Where(file => endings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal)))
            .Select(file => Path.GetRelativePath(Root, file))
            .Order(StringComparer.Ordinal);

    /// <summary>Folders below a folder, relative to the root.</summary>
    public static IEnumerable<string> Folders(string folder) =>
        Directories(PathOf(folder)).Select(directory => Path.GetRelativePath(Root, directory));

    public static IReadOnlyList<string> Projects { get; } = [.. Files(".", ".csproj")];

    public static XDocument Project(string relative) => XDocument.Load(PathOf(relative));

    public static IEnumerable<string> PackageReferences(string project) => Includes(project, "PackageReference");

    /// <summary>The projects of ours that a project names, such as <c>src/Grains</c>.</summary>
    public static IEnumerable<string> ProjectReferences(string project) =>
        Includes(project, "ProjectReference").Select(path => Path.GetRelativePath(Root, Path.GetDirectoryName(Path.GetFullPath(path, Path.GetDirectoryName(PathOf(project))!))!));

    private static IEnumerable<string> Includes(string project, string element) =>
        Project(project).Descendants(element).Select(item => item.Attribute("Include")?.Value).OfType<string>();

    private static IEnumerable<string> Walk(string directory) =>
        Directory.EnumerateFiles(directory).Concat(Directory.EnumerateDirectories(directory).Where(IsOurs).SelectMany(Walk));

    private static IEnumerable<string> Directories(string directory) =>
        Directory.EnumerateDirectories(directory).Where(IsOurs).SelectMany(child => Directories(child).Prepend(child));

    private static bool IsOurs(string directory) => !Skipped.Contains(Path.GetFileName(directory), StringComparer.Ordinal);

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Platform.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException("The tests do not lie in a working copy.");
    }
}
