using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>Keywords of the core vocabulary. "$id" and the anchors have done their work in <see cref="SchemaIndex"/>.</summary>
internal sealed class CoreKeywords
{
    public List<SchemaNode> References { get; } = [];

    public List<DynamicReference> DynamicReferences { get; } = [];

    /// <summary>Null when the keyword is none of these; false when its value has the wrong form.</summary>
    public bool? Read(in SchemaKeyword keyword)
    {
        var (place, builder) = (keyword.Place, keyword.Builder);
        return keyword.Name switch
        {
            "$ref" => keyword.Text(text => AddIfAny(References, builder.Reference("$ref", text, place))),
            "$dynamicRef" => keyword.Text(text => AddIfAny(DynamicReferences, builder.DynamicReference("$dynamicRef", text, place))),
            "$schema" => ReadDialect(keyword),
            "$id" or "$comment" => keyword.IsText,
            "$anchor" or "$dynamicAnchor" => keyword.IsText && IsAnchor(keyword.Value.GetString()!),
            "$vocabulary" => keyword.Each((_, value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False),
            // The metaschema still describes the old name of "$defs".
            "$defs" or "definitions" => keyword.EachSchema((_, _) => { }),
            _ => null,
        };
    }

    private static bool ReadDialect(in SchemaKeyword keyword)
    {
        if (!keyword.IsText)
        {
            return false;
        }

        var resource = keyword.Place.Resource;
        if (keyword.Place.Pointer != resource.Pointer && keyword.Value.GetString()!.TrimEnd('#') != resource.Dialect.Uri)
        {
            keyword.Refuse(SchemaFaultKind.Unsupported, "unsupported '$schema': the dialect may change only where '$id' begins a schema");
        }

        return true;
    }

    private static bool IsAnchor(string name) =>
        name.Length > 0
        && (char.IsAsciiLetter(name[0]) || name[0] == '_')
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static void AddIfAny<T>(List<T> list, T? item)
        where T : class
    {
        if (item is not null)
        {
            list.Add(item);
        }
    }
}
