using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Validation.Schema;

/// <summary>Values from small pools, so that schemas from the same pools often have something to say about them.</summary>
internal sealed class RandomInstance(Dice dice)
{
    public static readonly string[] Names = ["a", "b", "c", "aa", "x1"];

    public JsonNode? Next(int depth = 3) => dice.Below(depth == 0 ? 5 : 9) switch
    {
        0 => null,
        1 => JsonValue.Create(dice.Chance(50)),
        2 => Number(),
        3 or 4 => JsonValue.Create(dice.Of("", "a", "b", "abc", "cab", "x1", "é", "😀", "😀a")),
        5 or 6 => new JsonArray(dice.Some(4, () => Next(depth - 1))),
        _ => Object(depth),
    };

    public JsonNode Number() => JsonNode.Parse(dice.Of("-2", "-1", "0", "1", "2", "3", "4", "6", "0.5", "1.5", "1.0", "2e0"), null, default)!;

    private JsonObject Object(int depth)
    {
        var value = new JsonObject();
        foreach (var name in Names)
        {
            if (dice.Chance(40))
            {
                value[name] = Next(depth - 1);
            }
        }

        return value;
    }
}
