using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>Everything a schema says about an object's properties, in one pass over them.</summary>
internal sealed class ObjectRules
{
    /// <summary>The names of "required" first, then those that only "properties" mentions.</summary>
    public NameTable Names { get; set; } = new([]);

    public int RequiredCount { get; set; }

    /// <summary>By position in <see cref="Names"/>; null where a name is only required.</summary>
    public SchemaNode?[] Properties { get; set; } = [];

    public (SchemaPattern Pattern, SchemaNode Schema)[] Patterns { get; set; } = [];

    /// <summary>Judges values that neither "properties" nor "patternProperties" did.</summary>
    public SchemaNode? Additional { get; set; }

    public SchemaNode? PropertyNames { get; set; }

    public int MinProperties { get; set; }

    public int MaxProperties { get; set; } = int.MaxValue;

    public bool IsEmpty =>
        Names.Count == 0 && Patterns.Length == 0 && Additional is null && PropertyNames is null
        && MinProperties == 0 && MaxProperties == int.MaxValue;

    /// <summary>The reader stands on "{" and ends on "}".</summary>
    public bool Check(ref Utf8JsonReader reader, ref SchemaRun run)
    {
        Span<ulong> seen = stackalloc ulong[(SchemaLimits.MaxRequired + 63) / 64];
        var count = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndObject; count++)
        {
            if (count == MaxProperties)
            {
                return run.Fail("maxProperties", "must have at most {0} properties", MaxProperties);
            }

            var start = reader.TokenStartIndex;
            var position = Names.Count == 0 ? -1 : Names.Find(ref reader);
            if (position >= 0 && position < RequiredCount)
            {
                seen[position >> 6] |= 1ul << (position & 63);
            }

            if (!CheckProperty(ref reader, ref run, position < 0 ? null : Properties[position]))
            {
                return run.AtName(start);
            }
        }

        for (var i = 0; i < RequiredCount; i++)
        {
            if ((seen[i >> 6] & (1ul << (i & 63))) == 0)
            {
                return run.Fail("required", "must have the property '{0}'", Names.NameAt(i));
            }
        }

        return count >= MinProperties || run.Fail("minProperties", "must have at least {0} properties", MinProperties);
    }

    /// <summary>The reader stands on the name and ends on the last token of its value.</summary>
    private bool CheckProperty(ref Utf8JsonReader reader, ref SchemaRun run, SchemaNode? named)
    {
        if (PropertyNames is not null && !PropertyNames.Check(ref reader, ref run, consume: false))
        {
            return false;
        }

        if (Patterns.Length > 0)
        {
            return CheckPatterns(ref reader, ref run, named);
        }

        reader.Read();
        return CheckValue(ref reader, ref run, named);
    }

    private bool CheckPatterns(ref Utf8JsonReader reader, ref SchemaRun run, SchemaNode? named)
    {
        // The last schema found moves the reader; the ones before it judge copies.
        var last = named;
        var name = reader;
        reader.Read();
        foreach (var (pattern, schema) in Patterns)
        {
            if (!pattern.IsMatch(ref name, ref run))
            {
                if (run.Aborted)
                {
                    return false;
                }

                continue;
            }

            var copy = reader;
            if (last is not null && !last.Check(ref copy, ref run, consume: false))
            {
                return false;
            }

            last = schema;
        }

        return CheckValue(ref reader, ref run, last);
    }

    private bool CheckValue(ref Utf8JsonReader reader, ref SchemaRun run, SchemaNode? judge)
    {
        judge ??= Additional;
        if (judge is null)
        {
            return run.Skip(ref reader);
        }

        return ReferenceEquals(judge, SchemaNode.ForbiddenProperty)
            ? run.Fail("additionalProperties", "must not be present")
            : judge.Check(ref reader, ref run, consume: true);
    }
}
