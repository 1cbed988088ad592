using System.Text.Json.Nodes;
using Platform.Testing;

namespace Platform.Admin.Tests.Operations;

/// <summary>Which operation of REST's description, <c>docs/api/openapi.json</c>, a request is.</summary>
internal static class DescribedCalls
{
    private static readonly (string Method, string Path, string Id)[] Described = [.. Read()];
    private static readonly DescribedPaths<string> All = new(Described);

    public static IReadOnlySet<string> Ids { get; } = Described.Select(one => one.Id).ToHashSet(StringComparer.Ordinal);

    /// <summary>The operation's id; null for what the description does not have.</summary>
    public static string? Find(string method, string path) => All.Find(method, path);

    private static IEnumerable<(string Method, string Path, string Id)> Read() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(ConsoleSources.Root, "docs", "api", "openapi.json")))!["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject(), (path, operation) => (operation.Key.ToUpperInvariant(), path.Key, (string)operation.Value!["operationId"]!));
}
