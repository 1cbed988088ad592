using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>"items", "prefixItems", "contains", "minItems", "maxItems" and "uniqueItems", in one pass over the array.</summary>
internal sealed class ArrayRules
{
    public SchemaNode[] PrefixItems { get; set; } = [];

    public SchemaNode? Items { get; set; }

    public ContainsRule? Contains { get; set; }

    public int MinItems { get; set; }

    public int MaxItems { get; set; } = int.MaxValue;

    public bool UniqueItems { get; set; }

    public bool IsEmpty =>
        PrefixItems.Length == 0 && Items is null && Contains is null && MinItems == 0 && MaxItems == int.MaxValue && !UniqueItems;

    /// <summary>The reader stands on "[" and ends on "]".</summary>
    public bool Check(ref Utf8JsonReader reader, ref SchemaRun run)
    {
        // A copy is cheap, and uniqueness costs a second look at every item anyway.
        if (UniqueItems && !UniqueValues.Check(reader, ref run))
        {
            return run.Fail("uniqueItems", "must not contain equal items");
        }

        var evaluated = run.Evaluated.Suspend();
        var count = 0;
        var matches = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
        {
            if (count == MaxItems)
            {
                return run.Fail("maxItems", "must have at most {0} items", MaxItems);
            }

            if (Contains is not null && !CheckContains(ref reader, ref run, evaluated, count, ref matches))
            {
                return false;
            }

            var schema = count < PrefixItems.Length ? PrefixItems[count] : Items;
            if (!(schema is null ? run.Skip(ref reader) : schema.Check(ref reader, ref run, consume: true)))
            {
                return run.At(count);
            }

            if (schema is not null)
            {
                run.Evaluated.Add(evaluated, count);
            }
        }

        run.Evaluated.Current = evaluated;
        return (Contains is null || Contains.Enough(matches, ref run))
            && (count >= MinItems || run.Fail("minItems", "must have at least {0} items", MinItems));
    }

    private bool CheckContains(ref Utf8JsonReader reader, ref SchemaRun run, EvaluatedSet evaluated, int item, ref int matches)
    {
        if (!Contains!.Wants(matches) && !evaluated.IsActive)
        {
            return true;
        }

        if (!Contains.Matches(reader, ref run))
        {
            return !run.Aborted;
        }

        matches++;
        run.Evaluated.Add(evaluated, item);
        return !Contains.TooMany(matches, ref run);
    }
}
