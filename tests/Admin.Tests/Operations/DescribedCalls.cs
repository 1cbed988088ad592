using System.Text.Json.Nodes;
using Platform.Testing;

namespace Platform.Admin.Tests.Operations;

/// <summary>Which operation of REST's description, <c>docs/api/openapi.json</c>, a request is.</summary>
internal static class DescribedCalls
{
    private static readonly (string Method, string Path, string Id, string? Permission, bool OfOperators)[] Described = [.. Read()];
    private static readonly DescribedPaths<string> All = new(Described.Select(one => (one.Method, one.Path, one.Id)));

    public static IReadOnlySet<string> Ids { get; } = Described.Select(one => one.Id).ToHashSet(StringComparer.Ordinal);

    /// <summary>What the operation needs, such as <c>keys:read</c>; null for what it does not name.</summary>
    public static string? PermissionOf(string id) => Described.FirstOrDefault(one => one.Id == id).Permission;

    /// <summary>What operations need that are not the operators' alone.</summary>
    public static IEnumerable<string> PermissionsOfTenants { get; } = [.. Described.Where(one => !one.OfOperators).Select(one => one.Permission).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>The operation's id; null for what the description does not have.</summary>
    public static string? Find(string method, string path) => All.Find(method, path);

    private static IEnumerable<(string Method, string Path, string Id, string? Permission, bool OfOperators)> Read() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(ConsoleSources.Root, "docs", "api", "openapi.json")))!["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject(), (path, operation) => (operation.Key.ToUpperInvariant(), path.Key, (string)operation.Value!["operationId"]!, operation.Value["x-permission"] is { } needed ? $"{needed["area"]}:{needed["action"]}" : null, ((string?)operation.Value["description"])?.Contains("For the platform's operators alone", StringComparison.Ordinal) == true));
}
