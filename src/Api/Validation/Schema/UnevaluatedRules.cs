using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>
/// "unevaluatedItems" and "unevaluatedProperties": they judge the children that no other keyword of the schema has, nor
/// any schema that it applied in place with success.
/// </summary>
internal sealed class UnevaluatedRules(SchemaNode? items, SchemaNode? properties)
{
    /// <summary>The rule for the value a reader stands on, or null.</summary>
    public SchemaNode? For(JsonTokenType token) => token switch
    {
        JsonTokenType.StartArray => items,
        JsonTokenType.StartObject => properties,
        _ => null,
    };

    /// <summary>Lets the node judge the value, then the rule what is left. The reader moves as <see cref="SchemaNode.Check"/> says.</summary>
    public static bool Check(SchemaNode node, SchemaNode rule, ref Utf8JsonReader reader, ref SchemaRun run, bool consume)
    {
        var start = reader;
        if (!TryCount(reader, ref run, out var count) || !run.Spend(EvaluatedSet.WordsFor(count)))
        {
            return false;
        }

        var outer = run.Evaluated.Current;
        var own = run.Evaluated.Push(EvaluatedSet.WordsFor(count));
        var passed = node.CheckRules(ref reader, ref run, consume) && CheckRest(start, own, rule, ref run);
        run.Evaluated.Pop(own, outer);
        if (passed)
        {
            run.Evaluated.AddAll(outer);
        }

        return passed;
    }

    private static bool CheckRest(Utf8JsonReader reader, EvaluatedSet done, SchemaNode rule, ref SchemaRun run)
    {
        run.Evaluated.Suspend();
        var isArray = reader.TokenType == JsonTokenType.StartArray;
        for (var i = 0; reader.Read() && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject); i++)
        {
            var start = reader.TokenStartIndex;
            if (!isArray)
            {
                reader.Read();
            }

            if (run.Evaluated.Contains(done, i))
            {
                if (!run.Skip(ref reader))
                {
                    return false;
                }

                continue;
            }

            if (!CheckChild(rule, ref reader, ref run, isArray))
            {
                return isArray ? run.At(i) : run.AtName(start);
            }
        }

        return true;
    }

    private static bool CheckChild(SchemaNode rule, ref Utf8JsonReader reader, ref SchemaRun run, bool isArray) =>
        rule.Refuses
            ? run.Fail(isArray ? "unevaluatedItems" : "unevaluatedProperties", "must not be present")
            : rule.Check(ref reader, ref run, consume: true);

    private static bool TryCount(Utf8JsonReader reader, ref SchemaRun run, out int count)
    {
        var isArray = reader.TokenType == JsonTokenType.StartArray;
        for (count = 0; reader.Read() && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject); count++)
        {
            if (!isArray)
            {
                reader.Read();
            }

            if (!run.Skip(ref reader))
            {
                return false;
            }
        }

        return true;
    }
}
