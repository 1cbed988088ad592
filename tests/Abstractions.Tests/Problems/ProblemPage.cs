using System.Text;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Tests.Problems;

/// <summary>Writes <c>docs/problems.md</c> from the catalogue.</summary>
internal static class ProblemPage
{
    public static string File { get; } = Path.Combine(Root(), "docs", "problems.md");

    public static string Write()
    {
        var page = new StringBuilder("""
            # Problems

            Every refusal of the platform, as each surface answers it. Generated from `ProblemCatalogue`; a test keeps this page and the code equal.

            REST answers `application/problem+json` (RFC 9457): `type` is `urn:mocopr:problem:` and the slug, `code` the slug, `title` the title below.
            MCP answers a JSON-RPC error with the code below, in a response with the MCP status. Codes above zero are ours: the HTTP status and a number.
            Slugs and codes are stable; titles and details are for people.

            | Slug | Title | REST status | MCP status | JSON-RPC code |
            |---|---|---|---|---|

            """);
        foreach (var (_, row) in ProblemCatalogue.All)
        {
            page.Append($"| `{row.Slug}` | {row.Title} | {row.HttpStatus} | {row.McpStatus} | {row.JsonRpcCode} |\n");
        }

        return page.ToString();
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(directory.FullName, "Platform.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("These tests run from inside the repository.");
        }

        return directory.FullName;
    }
}
