using System.Text.RegularExpressions;

namespace Platform.Testing;

/// <summary>Which operation of an OpenAPI description a request is.</summary>
/// <param name="operations">All of it, by upper-case method and path template.</param>
public sealed class DescribedPaths<T>(IEnumerable<(string Method, string Path, T Operation)> operations)
    where T : class
{
    /// <summary>What has more words of its own is meant before what has fewer: <c>sessions/current</c> before <c>sessions/{session}</c>.</summary>
    private readonly (string Method, Regex Path, T Operation)[] _all =
        [.. operations.Select(one => (one, Parts: Regex.Split(one.Path, @"(?<part>\{[^}]*\})", RegexOptions.NonBacktracking)))
            .OrderByDescending(both => both.Parts.Where(part => part is not ['{', ..]).Sum(part => part.Length))
            .Select(both => (both.one.Method, Form(both.Parts), both.one.Operation))];

    /// <summary>Null for what the description does not have.</summary>
    public T? Find(string method, string path) => Array.Find(_all, one => one.Method == method && one.Path.IsMatch(path)).Operation;

    private static Regex Form(string[] parts) =>
        new($"^{string.Concat(parts.Select(part => part switch { "{path}" => ".+", ['{', ..] => "[^/]+", _ => Regex.Escape(part) }))}$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);
}
