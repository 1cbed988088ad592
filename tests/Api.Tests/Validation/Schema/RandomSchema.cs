using System.Text.Json.Nodes;

namespace Platform.Api.Tests.Validation.Schema;

/// <summary>
/// Schemas over all keywords that judge, with references between two resources. References in place lead to higher ranks only,
/// so that no schema applies itself to the same value.
/// </summary>
/// <param name="dice">The source of all choices.</param>
/// <param name="plain">Leaves out what ajv 8.20 answers otherwise than the official suite wants it: see AjvDifferentialTests.</param>
internal sealed class RandomSchema(Dice dice, bool plain)
{
    private const int Definitions = 3;
    private const int SubRank = Definitions + 1;

    private readonly RandomInstance _instances = new(dice);
    private bool _tracksItems;
    private bool _tracksProperties;
    private bool _dynamic;
    private int _rank;
    private bool _inBranch;

    private bool InSub => _rank >= SubRank;

    public JsonObject Next()
    {
        (_tracksItems, _tracksProperties, _dynamic) = (dice.Chance(40), dice.Chance(40), dice.Chance(40));
        var root = Ranked(0, 3);
        root["$schema"] = "https://json-schema.org/draft/2020-12/schema";
        root["$id"] = "https://example.com/root";
        var definitions = new JsonObject();
        for (var i = 0; i < Definitions; i++)
        {
            var definition = Ranked(i + 1, 2);
            definition["$anchor"] = $"a{i}";
            definitions[$"d{i}"] = definition;
        }

        // ajv overflows its stack on a "$ref" beside "$id".
        var sub = Ranked(SubRank, 2);
        _ = plain && sub.Remove("$ref");
        sub["$id"] = "sub";
        sub["$defs"] = new JsonObject { ["x"] = Ranked(SubRank + 1, 2) };
        if (_dynamic)
        {
            root["$dynamicAnchor"] = "node";
            sub["$dynamicAnchor"] = "node";
        }

        if (_dynamic && !plain)
        {
            definitions["d2"]!["$dynamicAnchor"] = "item";
            sub["$defs"]!["x"]!["$dynamicAnchor"] = "item";
        }

        definitions["sub"] = sub;
        root["$defs"] = definitions;
        return root;
    }

    private JsonObject Ranked(int rank, int depth)
    {
        (_rank, _inBranch) = (rank, rank > 0);
        return Keywords(depth, inPlace: true);
    }

    private JsonNode Schema(int depth, bool inPlace) =>
        dice.Chance(12) ? JsonValue.Create(dice.Chance(75)) : Keywords(depth, inPlace);

    private JsonObject Keywords(int depth, bool inPlace)
    {
        var schema = new JsonObject();
        for (var count = 1 + dice.Below(3); count > 0; count--)
        {
            switch (dice.Below(depth == 0 ? 4 : 11))
            {
                case 0:
                    AddScalarRule(schema);
                    break;
                case 1:
                    AddCount(schema);
                    break;
                case 2:
                    AddReference(schema, inPlace);
                    break;
                case 3:
                    AddNames(schema);
                    break;
                case 4 or 5:
                    Within(false, () => AddObjectRule(schema, depth - 1));
                    break;
                case 6 or 7:
                    // ajv miscounts the items that a branch has evaluated.
                    var countsOnly = plain && _tracksItems && _inBranch;
                    Within(false, () => AddArrayRule(schema, depth - 1, countsOnly));
                    break;
                default:
                    Within(true, () => AddInPlace(schema, depth - 1, inPlace));
                    break;
            }
        }

        // ajv ignores what stands beside a "$dynamicRef".
        if (plain && schema.ContainsKey("$dynamicRef"))
        {
            return new JsonObject { ["$dynamicRef"] = "#node" };
        }

        if (_tracksProperties && dice.Chance(35))
        {
            schema["unevaluatedProperties"] = Rest();
        }

        if (_tracksItems && !(plain && _inBranch) && dice.Chance(35))
        {
            schema["unevaluatedItems"] = Rest();
        }

        return schema;
    }

    /// <summary>"false" tells best what was evaluated; ajv, too, then counts what failed branches evaluated.</summary>
    private JsonNode Rest() => !plain && dice.Chance(50) ? JsonValue.Create(false) : Schema(0, inPlace: false);

    /// <summary>Not always true in ajv's eyes.</summary>
    private JsonObject Effective(int depth, bool inPlace)
    {
        var schema = Keywords(depth, inPlace);
        schema.TryAdd("maxLength", 9);
        return schema;
    }

    private void Within(bool branch, Action add)
    {
        var before = _inBranch;
        _inBranch = branch;
        add();
        _inBranch = before;
    }

    private void AddScalarRule(JsonObject schema)
    {
        var keyword = dice.Of("type", "type", "types", "const", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern");
        schema[keyword == "types" ? "type" : keyword] = keyword switch
        {
            "type" => JsonValue.Create(dice.Of("object", "array", "object", "array", "string", "number", "integer", "null", "boolean")),
            "types" => new JsonArray("object", dice.Of<JsonNode>("array", "string", "integer")),
            "const" => _instances.Next(1),
            "enum" => new JsonArray([_instances.Next(2), .. dice.Some(3, () => _instances.Next(1))]),
            "multipleOf" => JsonNode.Parse(dice.Of("2", "3", "0.5", "1"), null, default),
            "pattern" => JsonValue.Create(dice.Of("^a", "b$", "^[a-c]+$", @"\d", plain ? "^.$" : "c")),
            _ => _instances.Number(),
        };
    }

    private void AddCount(JsonObject schema) =>
        schema[dice.Of("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")] = dice.Below(4);

    private void AddNames(JsonObject schema)
    {
        var names = new JsonArray([.. dice.Some(2, () => dice.Of(RandomInstance.Names)).Distinct(StringComparer.Ordinal).Select(name => (JsonNode)name)]);
        if (dice.Chance(50))
        {
            schema["required"] = names;
            return;
        }

        schema["dependentRequired"] = new JsonObject { [dice.Of(RandomInstance.Names)] = names };
    }

    private void AddObjectRule(JsonObject schema, int depth)
    {
        switch (dice.Below(6))
        {
            case 0:
                schema["additionalProperties"] = Schema(depth, inPlace: false);
                break;
            case 1:
                schema["propertyNames"] = Schema(0, inPlace: false);
                break;
            case 2:
                schema["patternProperties"] = new JsonObject { [dice.Of("^a", "1$", "b|c")] = Schema(depth, inPlace: false) };
                break;
            default:
                schema["properties"] = Map(() => Schema(depth, inPlace: false));
                break;
        }
    }

    private void AddArrayRule(JsonObject schema, int depth, bool countsOnly)
    {
        var keyword = countsOnly ? "uniqueItems" : dice.Of("items", "prefixItems", "prefixItems", "contains", "uniqueItems");
        // ajv does not know what "contains" evaluates, and forgets it where an array is shorter than "prefixItems".
        if (plain && keyword == "contains" && (_tracksItems || schema.ContainsKey("prefixItems")))
        {
            keyword = "prefixItems";
        }

        if (plain && keyword == "prefixItems" && schema.ContainsKey("contains"))
        {
            keyword = "items";
        }

        schema[keyword] = keyword switch
        {
            "prefixItems" => List(() => Schema(depth, inPlace: false)),
            "uniqueItems" => dice.Chance(90),
            // ajv forgets to look whether the items are enough for a "contains" that is always true.
            "contains" when plain => Effective(depth, inPlace: false),
            _ => Schema(depth, inPlace: false),
        };
        if (keyword == "contains" && dice.Chance(60))
        {
            schema[dice.Of("minContains", "maxContains")] = dice.Below(3);
        }
    }

    private void AddInPlace(JsonObject schema, int depth, bool inPlace)
    {
        // What an "if" evaluates counts for ajv even when it fails.
        var keyword = dice.Of("allOf", "anyOf", "oneOf", "not", "dependentSchemas", plain && (_tracksItems || _tracksProperties) ? "not" : "if");
        schema[keyword] = keyword switch
        {
            "dependentSchemas" => Map(() => Schema(depth, inPlace)),
            "not" or "if" => Schema(depth, inPlace),
            _ => List(() => Schema(depth, inPlace)),
        };
        if (keyword != "if")
        {
            return;
        }

        foreach (var branch in new[] { "then", "else" })
        {
            if (dice.Chance(60))
            {
                schema[branch] = Schema(depth, inPlace);
            }
        }
    }

    private void AddReference(JsonObject schema, bool inPlace)
    {
        if (_dynamic && !inPlace && dice.Chance(40))
        {
            schema["$dynamicRef"] = "#node";
            return;
        }

        if (_dynamic && !plain && (!inPlace || _rank < Definitions) && dice.Chance(40))
        {
            schema["$dynamicRef"] = "#item";
            return;
        }

        if (inPlace && _rank > SubRank)
        {
            return;
        }

        var target = inPlace ? _rank + 1 + dice.Below(SubRank + 1) : dice.Below(SubRank + 2);
        var root = InSub ? "root" : "";
        schema["$ref"] = target switch
        {
            0 => dice.Of(root + "#", "https://example.com/root"),
            <= Definitions => root + dice.Of($"#/$defs/d{target - 1}", $"#a{target - 1}"),
            SubRank => InSub ? "#" : dice.Of("sub", "https://example.com/sub#"),
            SubRank + 1 => InSub ? "#/$defs/x" : "sub#/$defs/x",
            _ => "sub#/$defs/x",
        };
    }

    private JsonObject Map(Func<JsonNode> make)
    {
        var map = new JsonObject();
        foreach (var name in dice.Some(3, () => dice.Of(RandomInstance.Names)))
        {
            map[name] = make();
        }

        return map;
    }

    private JsonArray List(Func<JsonNode> make) => new([make(), .. dice.Some(2, make)]);
}
