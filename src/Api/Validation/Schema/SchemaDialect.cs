using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>Vocabularies of 2020-12 whose keywords do something here; the rest are annotations.</summary>
[Flags]
internal enum Vocabularies
{
    /// <summary>Keywords that no vocabulary can take away.</summary>
    None = 0,
    Applicator = 1,
    Unevaluated = 2,
    Validation = 4,
    All = Applicator | Unevaluated | Validation,
}

/// <summary>What "$schema" says: which keywords mean something. The others are ignored, as the specification wants it.</summary>
internal sealed record SchemaDialect(string Uri, Vocabularies Vocabularies)
{
    private const string VocabularyBase = "https://json-schema.org/draft/2020-12/vocab/";

    public static SchemaDialect Standard { get; } = new("https://json-schema.org/draft/2020-12/schema", Vocabularies.All);

    /// <summary>The dialect of an address, or null with the reason.</summary>
    public static SchemaDialect? Find(string uri, SchemaDocuments documents, out string reason)
    {
        reason = "";
        uri = uri.EndsWith('#') ? uri[..^1] : uri;
        if (uri == Standard.Uri)
        {
            return Standard;
        }

        if (documents.Find(uri) is not { } metaschema)
        {
            reason = $"unsupported dialect: '$schema' must be '{Standard.Uri}'";
            return null;
        }

        using var document = JsonDocument.Parse(metaschema, new JsonDocumentOptions { MaxDepth = SchemaLimits.MaxDepth });
        if (!document.RootElement.TryGetProperty("$vocabulary", out var list) || list.ValueKind != JsonValueKind.Object)
        {
            return new SchemaDialect(uri, Vocabularies.All);
        }

        var vocabularies = Vocabularies.None;
        foreach (var vocabulary in list.EnumerateObject())
        {
            if (Parse(vocabulary.Name) is { } known)
            {
                vocabularies |= known;
            }
            else if (vocabulary.Value.ValueKind != JsonValueKind.False)
            {
                reason = "unsupported dialect: the metaschema requires a vocabulary that is not implemented";
                return null;
            }
        }

        return new SchemaDialect(uri, vocabularies);
    }

    private static Vocabularies? Parse(string uri) =>
        !uri.StartsWith(VocabularyBase, StringComparison.Ordinal) ? null : uri[VocabularyBase.Length..] switch
        {
            "applicator" => Vocabularies.Applicator,
            "unevaluated" => Vocabularies.Unevaluated,
            "validation" => Vocabularies.Validation,
            "core" or "meta-data" or "format-annotation" or "content" => Vocabularies.None,
            _ => null,
        };
}
