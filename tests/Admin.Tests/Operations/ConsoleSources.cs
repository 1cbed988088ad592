using System.Text.RegularExpressions;

namespace Platform.Admin.Tests.Operations;

/// <summary>What the console's source says of itself.</summary>
internal static partial class ConsoleSources
{
    public static string Root { get; } = Find();

    /// <summary>The names of all forms that post to a page, in the order of the files. A name that is made of parts is told by its first one: <c>advance-</c>.</summary>
    public static IReadOnlyList<string> Forms { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(Root, "src", "Admin", "Components"), "*.razor", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .SelectMany(file => FormName().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value))
            .Distinct(StringComparer.Ordinal)];

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Platform.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("These tests run from within the checkout: Platform.sln is in no folder above.");
        }

        return folder;
    }

    [GeneratedRegex("""@formname="(@\(\$")?(?<name>[a-z-]+)""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex FormName();
}
