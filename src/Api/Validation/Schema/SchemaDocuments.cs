using System.Reflection;

namespace Platform.Api.Validation.Schema;

/// <summary>
/// Documents that schemas may refer to besides themselves, by the URI they were stored under. All of them are in
/// memory: what is not here does not exist, and nothing is fetched.
/// </summary>
internal sealed class SchemaDocuments
{
    private const string Base = "https://json-schema.org/draft/2020-12/";

    private readonly Dictionary<string, byte[]> _documents;

    private SchemaDocuments(Dictionary<string, byte[]> documents) => _documents = documents;

    /// <summary>The metaschema of 2020-12 and its vocabularies: all that a tenant's schema may refer to.</summary>
    public static SchemaDocuments Metaschemas { get; } = new(Load());

    /// <summary>These documents and more.</summary>
    /// <param name="more">By absolute URI without a fragment.</param>
    public SchemaDocuments With(IEnumerable<KeyValuePair<string, byte[]>> more) =>
        new(_documents.Concat(more).ToDictionary(StringComparer.Ordinal));

    public bool Contains(string uri) => _documents.ContainsKey(uri);

    public byte[]? Find(string uri) => _documents.GetValueOrDefault(uri);

    private static Dictionary<string, byte[]> Load()
    {
        string[] names =
        [
            "schema", "meta/core", "meta/applicator", "meta/unevaluated", "meta/validation", "meta/meta-data",
            "meta/format-annotation", "meta/format-assertion", "meta/content",
        ];
        return names.ToDictionary(name => Base + name, Read, StringComparer.Ordinal);
    }

    private static byte[] Read(string name)
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream("json-schema/" + Path.GetFileName(name))
            ?? throw new InvalidOperationException($"The metaschema '{name}' is missing from the assembly.");
        using var copy = new MemoryStream();
        resource.CopyTo(copy);
        return copy.ToArray();
    }
}
