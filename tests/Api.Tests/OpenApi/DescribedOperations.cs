using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Platform.Api.Tests.OpenApi;

/// <summary>Which operation of the description a request is.</summary>
internal static partial class DescribedOperations
{
    /// <summary>What has more words of its own is meant before what has fewer: <c>sessions/current</c> before <c>sessions/{session}</c>.</summary>
    private static readonly (string Method, Regex Path, JsonObject Operation)[] All =
        [.. Description.Operations.OrderByDescending(one => Parameter().Replace(one.Path, "").Length).Select(one => (one.Method, Form(one.Path), one.Operation))];

    /// <summary>Null for what the description does not have.</summary>
    public static JsonObject? Find(HttpMethod method, string path) =>
        Array.Find(All, one => (one.Method == method.Method || (one.Method == "GET" && method == HttpMethod.Head)) && one.Path.IsMatch(path)).Operation;

    private static Regex Form(string path) =>
        new($"^{string.Join("", Regex.Split(path, @"(?<parameter>\{[^}]*\})", RegexOptions.NonBacktracking).Select(part => part is ['{', ..] ? part == "{path}" ? ".+" : "[^/]+" : Regex.Escape(part)))}$", RegexOptions.NonBacktracking);

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.NonBacktracking)]
    private static partial Regex Parameter();
}
