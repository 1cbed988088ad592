using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Platform.Admin.Tests.Operations;

/// <summary>Which operation of REST's description, <c>docs/api/openapi.json</c>, a request is.</summary>
internal static class DescribedCalls
{
    /// <summary>What has more words of its own is meant before what has fewer: <c>sessions/current</c> before <c>sessions/{session}</c>.</summary>
    private static readonly (string Method, Regex Path, string Id)[] All = [.. Read().OrderByDescending(one => one.Words).Select(one => (one.Method, one.Path, one.Id))];

    public static IReadOnlySet<string> Ids { get; } = All.Select(one => one.Id).ToHashSet(StringComparer.Ordinal);

    /// <summary>The operation's id; null for what the description does not have.</summary>
    public static string? Find(string method, string path) => Array.Find(All, one => one.Method == method && one.Path.IsMatch(path)).Id;

    private static IEnumerable<(string Method, Regex Path, string Id, int Words)> Read()
    {
        var description = JsonNode.Parse(File.ReadAllText(Path.Combine(ConsoleSources.Root, "docs", "api", "openapi.json")))!;
        foreach (var (path, operations) in description["paths"]!.AsObject())
        {
            var parts = Regex.Split(path, @"(?<part>\{[^}]*\})", RegexOptions.NonBacktracking);
            var form = string.Concat(parts.Select(part => part switch { "{path}" => ".+", ['{', ..] => "[^/]+", _ => Regex.Escape(part) }));
            foreach (var (method, operation) in operations!.AsObject())
            {
                yield return (method.ToUpperInvariant(), new Regex($"^{form}$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture), (string)operation!["operationId"]!, parts.Where(part => part is not ['{', ..]).Sum(part => part.Length));
            }
        }
    }
}
