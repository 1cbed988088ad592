using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>Everything a schema says about an object's properties, in one pass over them.</summary>
internal sealed class ObjectRules
{
    /// <summary>The names of "required" first, then others whose presence matters, then those that only "properties" mentions.</summary>
    public NameTable Names { get; set; } = new([]);

    public int RequiredCount { get; set; }

    /// <summary>The required ones included.</summary>
    public int TrackedCount { get; set; }

    /// <summary>By position in <see cref="Names"/>; null where only the name's presence matters.</summary>
    public SchemaNode?[] Properties { get; set; } = [];

    public (SchemaPattern Pattern, SchemaNode Schema)[] Patterns { get; set; } = [];

    /// <summary>Judges values that neither "properties" nor "patternProperties" did.</summary>
    public SchemaNode? Additional { get; set; }

    public SchemaNode? PropertyNames { get; set; }

    /// <summary>Positions in <see cref="Names"/>: if the first is there, the others must be.</summary>
    public (int Trigger, int[] Needs)[] DependentRequired { get; set; } = [];

    /// <summary>Schemas that judge the object itself, if it has the property.</summary>
    public (int Trigger, SchemaNode Schema)[] DependentSchemas { get; set; } = [];

    public int MinProperties { get; set; }

    public int MaxProperties { get; set; } = int.MaxValue;

    public bool IsEmpty =>
        Names.Count == 0 && Patterns.Length == 0 && Additional is null && PropertyNames is null
        && MinProperties == 0 && MaxProperties == int.MaxValue;

    /// <summary>The reader stands on "{" and ends on "}".</summary>
    public bool Check(ref Utf8JsonReader reader, ref SchemaRun run)
    {
        Span<ulong> seen = stackalloc ulong[(SchemaLimits.MaxTrackedNames + 63) / 64];
        if (DependentSchemas.Length == 0)
        {
            return CheckProperties(ref reader, ref run, seen);
        }

        var start = reader;
        return CheckProperties(ref reader, ref run, seen) && CheckDependentSchemas(start, ref run, seen);
    }

    private bool CheckProperties(ref Utf8JsonReader reader, ref SchemaRun run, scoped Span<ulong> seen)
    {
        var evaluated = run.Evaluated.Suspend();
        var count = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndObject; count++)
        {
            if (count == MaxProperties)
            {
                return run.Fail("maxProperties", "must have at most {0} properties", MaxProperties);
            }

            var start = reader.TokenStartIndex;
            var position = Names.Count == 0 ? -1 : Names.Find(ref reader);
            if (position >= 0 && position < TrackedCount)
            {
                seen[position >> 6] |= 1ul << (position & 63);
            }

            var isEvaluated = false;
            if (!CheckProperty(ref reader, ref run, position < 0 ? null : Properties[position], ref isEvaluated))
            {
                return run.AtName(start);
            }

            if (isEvaluated)
            {
                run.Evaluated.Add(evaluated, count);
            }
        }

        run.Evaluated.Current = evaluated;
        for (var i = 0; i < RequiredCount; i++)
        {
            if (!Has(seen, i))
            {
                return run.Fail("required", "must have the property '{0}'", Names.NameAt(i));
            }
        }

        return CheckDependentRequired(ref run, seen)
            && (count >= MinProperties || run.Fail("minProperties", "must have at least {0} properties", MinProperties));
    }

    private bool CheckDependentRequired(ref SchemaRun run, scoped ReadOnlySpan<ulong> seen)
    {
        foreach (var (trigger, needs) in DependentRequired)
        {
            if (!Has(seen, trigger))
            {
                continue;
            }

            foreach (var need in needs)
            {
                if (!Has(seen, need))
                {
                    return run.Fail("dependentRequired", "must have the property '{0}' beside others it has", Names.NameAt(need));
                }
            }
        }

        return true;
    }

    private bool CheckDependentSchemas(Utf8JsonReader start, ref SchemaRun run, scoped ReadOnlySpan<ulong> seen)
    {
        foreach (var (trigger, schema) in DependentSchemas)
        {
            var copy = start;
            if (Has(seen, trigger) && !schema.Check(ref copy, ref run, consume: false))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The reader stands on the name and ends on the last token of its value.</summary>
    private bool CheckProperty(ref Utf8JsonReader reader, ref SchemaRun run, SchemaNode? named, ref bool isEvaluated)
    {
        if (PropertyNames is not null && !PropertyNames.Check(ref reader, ref run, consume: false))
        {
            return false;
        }

        if (Patterns.Length > 0)
        {
            return CheckPatterns(ref reader, ref run, named, ref isEvaluated);
        }

        reader.Read();
        return CheckValue(ref reader, ref run, named, ref isEvaluated);
    }

    private bool CheckPatterns(ref Utf8JsonReader reader, ref SchemaRun run, SchemaNode? named, ref bool isEvaluated)
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

        return CheckValue(ref reader, ref run, last, ref isEvaluated);
    }

    private bool CheckValue(ref Utf8JsonReader reader, ref SchemaRun run, SchemaNode? judge, ref bool isEvaluated)
    {
        isEvaluated = (judge ?? Additional) is not null;
        if (judge is not null)
        {
            return judge.Check(ref reader, ref run, consume: true);
        }

        if (Additional is null)
        {
            return run.Skip(ref reader);
        }

        return Additional.Refuses
            ? run.Fail("additionalProperties", "must not be present")
            : Additional.Check(ref reader, ref run, consume: true);
    }

    private static bool Has(ReadOnlySpan<ulong> seen, int position) => (seen[position >> 6] & (1ul << (position & 63))) != 0;
}
