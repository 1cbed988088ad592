using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>Fills one node from one schema. Keywords nobody knows are annotations, as are those outside the schema's dialect.</summary>
internal sealed class SchemaNodeReader(SchemaBuilder builder, SchemaPlace place, SchemaNode node)
{
    private readonly CoreKeywords _core = new();
    private readonly ApplicatorKeywords _applicators = new();
    private readonly ValidationKeywords _validation = new();

    public void Read()
    {
        var schema = place.Source;
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            node.Refuses = schema.ValueKind == JsonValueKind.False;
            return;
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            builder.Refuse(SchemaFaultKind.Invalid, place.Pointer, "a schema must be an object or a boolean");
            return;
        }

        foreach (var member in schema.EnumerateObject())
        {
            var keyword = new SchemaKeyword(member.Name, member.Value, place, builder);
            if (!Read(keyword))
            {
                builder.Refuse(SchemaFaultKind.Invalid, keyword.Pointer, $"'{member.Name}' has an invalid value");
            }
        }

        var inPlace = _applicators.InPlace(_core);
        var objects = _applicators.Objects(_validation);
        var arrays = _applicators.Arrays(_validation);
        if (objects.TrackedCount > SchemaLimits.MaxTrackedNames)
        {
            builder.Refuse(SchemaFaultKind.TooLarge, place.Pointer, $"the schema requires more than {SchemaLimits.MaxTrackedNames} names");
        }

        node.Kinds = _validation.Kinds;
        node.Values = [.. _validation.Values];
        node.Strings = _validation.Strings.IsEmpty ? null : _validation.Strings;
        node.Numbers = _validation.Numbers.IsEmpty ? null : _validation.Numbers;
        node.Arrays = arrays.IsEmpty ? null : arrays;
        node.Objects = objects.IsEmpty ? null : objects;
        node.InPlace = inPlace.IsEmpty ? null : inPlace;
        node.Unevaluated = _applicators.Unevaluated;
    }

    /// <summary>False when the keyword's value has the wrong form.</summary>
    private bool Read(in SchemaKeyword keyword)
    {
        var vocabularies = place.Resource.Dialect.Vocabularies;
        return _core.Read(keyword)
            ?? (vocabularies.HasFlag(Vocabularies.Applicator) ? _applicators.Read(keyword) : null)
            ?? (vocabularies.HasFlag(Vocabularies.Unevaluated) ? _applicators.ReadUnevaluated(keyword) : null)
            ?? (vocabularies.HasFlag(Vocabularies.Validation) ? _validation.Read(keyword) : null)
            ?? AnnotationKeywords.Read(keyword)
            ?? true;
    }
}
