using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Platform.Api.Tests.Validation.Schema;

/// <summary>
/// The specification taken literally: every keyword answers and says what it evaluated; sets are sets, nothing is compiled, bounded
/// or fast. What the product's validator is measured against where ajv is no judge.
/// </summary>
internal sealed class SlowSchema
{
    private readonly Dictionary<string, JsonElement> _resources = new(StringComparer.Ordinal);

    public SlowSchema(JsonElement root) => Collect(root);

    public bool IsValid(JsonElement instance) => Judge(_resources["root"], instance, [_resources["root"]]).Valid;

    // Generated schemas have "$id"s in schemas only, and all of them end in one segment.
    private void Collect(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (schema.TryGetProperty("$id", out var id))
        {
            _resources[Last(id.GetString()!)] = schema;
        }

        foreach (var member in schema.EnumerateObject())
        {
            Collect(member.Value);
        }
    }

    private static string Last(string uri) => uri[(uri.LastIndexOf('/') + 1)..];

    private Outcome Judge(JsonElement schema, JsonElement value, IReadOnlyList<JsonElement> scope)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return new Outcome(schema.ValueKind == JsonValueKind.True);
        }

        if (schema.TryGetProperty("$id", out var id))
        {
            scope = [.. scope, _resources[Last(id.GetString()!)]];
        }

        var all = new Outcome(IsAssertedValid(schema, value));
        InPlace(schema, value, scope, all);
        if (value.ValueKind == JsonValueKind.Array)
        {
            Items(schema, value, scope, all);
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            Properties(schema, value, scope, all);
        }

        return all;
    }

    private void InPlace(JsonElement schema, JsonElement value, IReadOnlyList<JsonElement> scope, Outcome all)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            Follow(Resolve(reference.GetString()!, scope[^1]), value, scope, all);
        }

        if (schema.TryGetProperty("$dynamicRef", out var dynamic))
        {
            var name = dynamic.GetString()![1..];
            var outermost = scope.First(resource => Anchor(resource, "$dynamicAnchor", name).ValueKind != JsonValueKind.Undefined);
            Follow((Anchor(outermost, "$dynamicAnchor", name), outermost), value, scope, all);
        }

        List<Outcome> Branches(string keyword) =>
            schema.TryGetProperty(keyword, out var list) ? [.. list.EnumerateArray().Select(branch => Judge(branch, value, scope))] : [];

        Branches("allOf").ForEach(all.Require);
        var any = Branches("anyOf");
        any.ForEach(all.Take);
        var one = Branches("oneOf");
        one.ForEach(all.Take);
        all.Valid &= (any.Count == 0 || any.Exists(branch => branch.Valid)) && (one.Count == 0 || one.Count(branch => branch.Valid) == 1);
        all.Valid &= !schema.TryGetProperty("not", out var not) || !Judge(not, value, scope).Valid;
        if (schema.TryGetProperty("if", out var test))
        {
            var condition = Judge(test, value, scope);
            all.Take(condition);
            if (schema.TryGetProperty(condition.Valid ? "then" : "else", out var branch))
            {
                all.Require(Judge(branch, value, scope));
            }
        }

        if (value.ValueKind == JsonValueKind.Object && schema.TryGetProperty("dependentSchemas", out var dependent))
        {
            dependent.EnumerateObject().Where(pair => value.TryGetProperty(pair.Name, out _)).ToList()
                .ForEach(pair => all.Require(Judge(pair.Value, value, scope)));
        }
    }

    private void Items(JsonElement schema, JsonElement value, IReadOnlyList<JsonElement> scope, Outcome all)
    {
        var items = value.EnumerateArray().ToList();
        var prefix = schema.TryGetProperty("prefixItems", out var list) ? list.EnumerateArray().ToList() : [];
        for (var i = 0; i < items.Count; i++)
        {
            if (i < prefix.Count)
            {
                all.Item(i, Judge(prefix[i], items[i], scope));
            }
            else if (schema.TryGetProperty("items", out var rest))
            {
                all.Item(i, Judge(rest, items[i], scope));
            }
        }

        if (schema.TryGetProperty("contains", out var contains))
        {
            var found = items.Index().Where(item => Judge(contains, item.Item, scope).Valid).Select(item => item.Index).ToList();
            all.Items.UnionWith(found);
            all.Valid &= found.Count >= Number(schema, "minContains", 1) && found.Count <= Number(schema, "maxContains", int.MaxValue);
        }

        if (schema.TryGetProperty("unevaluatedItems", out var unevaluated))
        {
            Enumerable.Range(0, items.Count).Except(all.Items).ToList().ForEach(i => all.Item(i, Judge(unevaluated, items[i], scope)));
        }
    }

    private void Properties(JsonElement schema, JsonElement value, IReadOnlyList<JsonElement> scope, Outcome all)
    {
        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            if (schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(property.Name, out var named))
            {
                own.Add(property.Name);
                all.Property(property.Name, Judge(named, property.Value, scope));
            }

            if (schema.TryGetProperty("patternProperties", out var patterns))
            {
                foreach (var pattern in patterns.EnumerateObject().Where(pattern => IsMatch(pattern.Name, property.Name)))
                {
                    own.Add(property.Name);
                    all.Property(property.Name, Judge(pattern.Value, property.Value, scope));
                }
            }

            if (!own.Contains(property.Name) && schema.TryGetProperty("additionalProperties", out var additional))
            {
                all.Property(property.Name, Judge(additional, property.Value, scope));
            }

            if (schema.TryGetProperty("propertyNames", out var names))
            {
                using var name = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(property.Name), default);
                all.Valid &= Judge(names, name.RootElement, scope).Valid;
            }
        }

        if (schema.TryGetProperty("unevaluatedProperties", out var unevaluated))
        {
            value.EnumerateObject().Where(property => !all.Properties.Contains(property.Name)).ToList()
                .ForEach(property => all.Property(property.Name, Judge(unevaluated, property.Value, scope)));
        }
    }

    private void Follow((JsonElement Schema, JsonElement Resource) target, JsonElement value, IReadOnlyList<JsonElement> scope, Outcome all) =>
        all.Require(Judge(target.Schema, value, [.. scope, target.Resource]));

    private (JsonElement Schema, JsonElement Resource) Resolve(string reference, JsonElement current)
    {
        var parts = reference.Split('#');
        var resource = parts[0].Length == 0 ? current : _resources[Last(parts[0])];
        var fragment = parts.Length > 1 ? parts[1] : "";
        var schema = fragment.Length == 0 ? resource
            : fragment[0] == '/' ? fragment[1..].Split('/').Aggregate(resource, (at, token) => at.GetProperty(token))
            : Anchor(resource, "$anchor", fragment);
        return (schema, schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("$id", out var id) ? _resources[Last(id.GetString()!)] : resource);
    }

    /// <summary>Generated anchors stand at a resource's root or right below its "$defs".</summary>
    private static JsonElement Anchor(JsonElement resource, string keyword, string name)
    {
        var definitions = resource.TryGetProperty("$defs", out var list) ? list.EnumerateObject().Select(pair => pair.Value) : [];
        return definitions.Where(definition => !definition.TryGetProperty("$id", out _)).Prepend(resource)
            .FirstOrDefault(place => place.TryGetProperty(keyword, out var found) && found.ValueEquals(name));
    }

    private static bool IsAssertedValid(JsonElement schema, JsonElement value) =>
        schema.EnumerateObject().All(keyword => IsAssertedValid(keyword.Name, keyword.Value, value));

    private static bool IsAssertedValid(string keyword, JsonElement rule, JsonElement value) => (keyword, value.ValueKind) switch
    {
        ("type", _) => rule.ValueKind == JsonValueKind.Array ? rule.EnumerateArray().Any(type => IsOfType(type.GetString()!, value)) : IsOfType(rule.GetString()!, value),
        ("const", _) => JsonElement.DeepEquals(rule, value),
        ("enum", _) => rule.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)),
        ("minimum", JsonValueKind.Number) => value.GetDecimal() >= rule.GetDecimal(),
        ("maximum", JsonValueKind.Number) => value.GetDecimal() <= rule.GetDecimal(),
        ("exclusiveMinimum", JsonValueKind.Number) => value.GetDecimal() > rule.GetDecimal(),
        ("exclusiveMaximum", JsonValueKind.Number) => value.GetDecimal() < rule.GetDecimal(),
        ("multipleOf", JsonValueKind.Number) => value.GetDecimal() % rule.GetDecimal() == 0,
        ("minLength", JsonValueKind.String) => Length(value) >= rule.GetInt32(),
        ("maxLength", JsonValueKind.String) => Length(value) <= rule.GetInt32(),
        ("pattern", JsonValueKind.String) => IsMatch(rule.GetString()!, value.GetString()!),
        ("minItems", JsonValueKind.Array) => value.GetArrayLength() >= rule.GetInt32(),
        ("maxItems", JsonValueKind.Array) => value.GetArrayLength() <= rule.GetInt32(),
        ("uniqueItems", JsonValueKind.Array) => !rule.GetBoolean() || value.EnumerateArray().Index().All(
            left => value.EnumerateArray().Skip(left.Index + 1).All(right => !JsonElement.DeepEquals(left.Item, right))),
        ("minProperties", JsonValueKind.Object) => value.EnumerateObject().Count() >= rule.GetInt32(),
        ("maxProperties", JsonValueKind.Object) => value.EnumerateObject().Count() <= rule.GetInt32(),
        ("required", JsonValueKind.Object) => HasAll(value, rule),
        ("dependentRequired", JsonValueKind.Object) => rule.EnumerateObject().All(pair => !value.TryGetProperty(pair.Name, out _) || HasAll(value, pair.Value)),
        _ => true,
    };

    private static bool HasAll(JsonElement value, JsonElement names) => names.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _));

    private static int Length(JsonElement value) => value.GetString()!.EnumerateRunes().Count();

    private static int Number(JsonElement schema, string keyword, int otherwise) => schema.TryGetProperty(keyword, out var value) ? value.GetInt32() : otherwise;

    private static bool IsMatch(string pattern, string text) => Regex.IsMatch(text, pattern, RegexOptions.NonBacktracking);

    private static bool IsOfType(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind == JsonValueKind.Number,
        _ => value.ValueKind == JsonValueKind.Number && value.GetDecimal() % 1 == 0,
    };

    /// <summary>A verdict, and what was evaluated; only of those that are valid does anybody take the latter.</summary>
    private sealed class Outcome(bool valid)
    {
        public bool Valid { get; set; } = valid;

        public HashSet<string> Properties { get; } = new(StringComparer.Ordinal);

        public HashSet<int> Items { get; } = [];

        public void Require(Outcome other)
        {
            Valid &= other.Valid;
            Take(other);
        }

        public void Take(Outcome other)
        {
            if (other.Valid)
            {
                Properties.UnionWith(other.Properties);
                Items.UnionWith(other.Items);
            }
        }

        public void Property(string name, Outcome child)
        {
            Valid &= child.Valid;
            Properties.Add(name);
        }

        public void Item(int index, Outcome child)
        {
            Valid &= child.Valid;
            Items.Add(index);
        }
    }
}
