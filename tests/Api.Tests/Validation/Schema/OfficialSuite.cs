using System.Text.Json;
using Platform.Api.Validation.Schema;

namespace Platform.Api.Tests.Validation.Schema;

/// <summary>The JSON-Schema-Test-Suite's required 2020-12 tests, which lie in shared/data beside the checkout.</summary>
internal static class OfficialSuite
{
    private static readonly string Folder = Find();

    /// <summary>What schemas of the suite may refer to: its "remotes" are documents in memory here, never addresses.</summary>
    public static SchemaDocuments Documents { get; } = SchemaDocuments.Metaschemas.With(
        Directory.GetFiles(Path.Combine(Folder, "remotes"), "*.json", SearchOption.AllDirectories)
            .Select(path => KeyValuePair.Create(
                "http://localhost:1234/" + Path.GetRelativePath(Path.Combine(Folder, "remotes"), path).Replace('\\', '/'),
                File.ReadAllBytes(path))));

    public static IReadOnlyList<Group> Groups { get; } =
        [.. Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal).SelectMany(Load)];

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var candidate = Path.Combine(at.FullName, "shared", "data", "json-schema-2020-12");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new DirectoryNotFoundException("shared/data/json-schema-2020-12 is not beside the checkout; without it nobody knows what the validator is worth.");
    }

    private static IEnumerable<Group> Load(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path), default);
        return [.. document.RootElement.EnumerateArray().Select(group => new Group(
            Path.GetFileNameWithoutExtension(path),
            group.GetProperty("description").GetString()!,
            Utf8(group.GetProperty("schema")),
            [.. group.GetProperty("tests").EnumerateArray().Select(test => new Case(
                test.GetProperty("description").GetString()!,
                Utf8(test.GetProperty("data")),
                test.GetProperty("valid").GetBoolean()))]))];
    }

    private static byte[] Utf8(JsonElement element) => JsonBodies.Utf8(element.GetRawText());

    public sealed record Group(string File, string Description, byte[] Schema, IReadOnlyList<Case> Cases);

    public sealed record Case(string Description, byte[] Instance, bool Valid);
}
