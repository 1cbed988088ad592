using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>Fills one node from one schema object: the list of keywords we know, and nothing else passes.</summary>
internal sealed class SchemaNodeReader(SchemaBuilder builder, string pointer, SchemaNode node)
{
    private const string Dialect = "https://json-schema.org/draft/2020-12/schema";

    private readonly StringRules _strings = new();
    private readonly NumberRules _numbers = new();
    private readonly ArrayRules _arrays = new();
    private readonly ObjectRules _objects = new();
    private readonly InPlaceRules _inPlace = new();
    private readonly List<string> _required = [];
    private readonly Dictionary<string, SchemaNode> _properties = new(StringComparer.Ordinal);

    public void Read(JsonElement schema)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            node.Refuses = schema.ValueKind == JsonValueKind.False;
            return;
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            builder.Refuse(SchemaFaultKind.Invalid, pointer, "a schema must be an object or a boolean");
            return;
        }

        foreach (var keyword in schema.EnumerateObject())
        {
            if (!Read(keyword.Name, keyword.Value))
            {
                Invalid(keyword.Name);
            }
        }

        CollectNames();
        node.Strings = _strings.IsEmpty ? null : _strings;
        node.Numbers = _numbers.IsEmpty ? null : _numbers;
        node.Arrays = _arrays.IsEmpty ? null : _arrays;
        node.Objects = _objects.IsEmpty ? null : _objects;
        node.InPlace = _inPlace.IsEmpty ? null : _inPlace;
    }

    /// <summary>False when the keyword's value has the wrong form.</summary>
    private bool Read(string keyword, JsonElement value) => keyword switch
    {
        "type" => ReadType(value),
        "enum" => value.ValueKind == JsonValueKind.Array && AddValues(keyword, value.EnumerateArray()),
        "const" => AddValues(keyword, [value]),
        "minLength" => TryCount(value, out var n) && Set(() => _strings.MinLength = n),
        "maxLength" => TryCount(value, out var n) && Set(() => _strings.MaxLength = n),
        "pattern" => value.ValueKind == JsonValueKind.String
            && Set(() => _strings.Pattern = builder.Pattern(value.GetString()!, SchemaReference.Append(pointer, keyword))),
        "minimum" => IsNumber(value) && Set(() => _numbers.Minimum = value.GetRawText()),
        "maximum" => IsNumber(value) && Set(() => _numbers.Maximum = value.GetRawText()),
        "exclusiveMinimum" => IsNumber(value) && Set(() => _numbers.ExclusiveMinimum = value.GetRawText()),
        "exclusiveMaximum" => IsNumber(value) && Set(() => _numbers.ExclusiveMaximum = value.GetRawText()),
        "multipleOf" => IsNumber(value) && ReadDivisor(value.GetRawText()),
        "items" => Set(() => _arrays.Items = Subschema(keyword, value)),
        "prefixItems" => TrySubschemas(keyword, value, out var list) && Set(() => _arrays.PrefixItems = list),
        "minItems" => TryCount(value, out var n) && Set(() => _arrays.MinItems = n),
        "maxItems" => TryCount(value, out var n) && Set(() => _arrays.MaxItems = n),
        "uniqueItems" => value.ValueKind is JsonValueKind.True or JsonValueKind.False
            && Set(() => _arrays.UniqueItems = value.GetBoolean()),
        "properties" => ForEach(keyword, value, _properties.Add),
        "patternProperties" => ReadPatternProperties(keyword, value),
        "additionalProperties" => Set(() => _objects.Additional = value.ValueKind == JsonValueKind.False
            ? SchemaNode.ForbiddenProperty
            : Subschema(keyword, value)),
        "propertyNames" => Set(() => _objects.PropertyNames = Subschema(keyword, value)),
        "required" => ReadRequired(value),
        "minProperties" => TryCount(value, out var n) && Set(() => _objects.MinProperties = n),
        "maxProperties" => TryCount(value, out var n) && Set(() => _objects.MaxProperties = n),
        "$defs" => ForEach(keyword, value, (_, _) => { }),
        "$ref" => ReadReference(value),
        "allOf" => TrySubschemas(keyword, value, out var list) && list.Length > 0 && Set(() => _inPlace.All.AddRange(list)),
        "anyOf" => TrySubschemas(keyword, value, out var list) && list.Length > 0 && Set(() => _inPlace.Any = list),
        "oneOf" => TrySubschemas(keyword, value, out var list) && list.Length > 0 && Set(() => _inPlace.One = list),
        "not" => Set(() => _inPlace.Not = Subschema(keyword, value)),
        "if" => Set(() => _inPlace.If = Subschema(keyword, value)),
        "then" => Set(() => _inPlace.Then = Subschema(keyword, value)),
        "else" => Set(() => _inPlace.Else = Subschema(keyword, value)),
        "$schema" => ReadDialect(value),
        "$id" => ReadId(value),
        "$comment" or "title" or "description" or "default" or "examples" or "deprecated" or "readOnly" or "writeOnly"
            or "format" or "contentEncoding" or "contentMediaType" => true,
        _ => keyword.StartsWith("x-", StringComparison.Ordinal) || Unsupported($"unsupported keyword '{keyword}'"),
    };

    private bool ReadType(JsonElement value)
    {
        var kinds = JsonKinds.None;
        var names = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value];
        foreach (var name in names)
        {
            var kind = name.ValueKind == JsonValueKind.String ? JsonKindNames.Parse(name.GetString()) : JsonKinds.None;
            if (kind == JsonKinds.None || kinds.HasFlag(kind))
            {
                return false;
            }

            kinds |= kind;
        }

        node.Kinds = kinds;
        return names.Length > 0;
    }

    private bool AddValues(string keyword, IEnumerable<JsonElement> values)
    {
        var all = values.ToList();
        var strings = all.Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!);
        var others = all.Where(value => value.ValueKind != JsonValueKind.String)
            .Select(value => new ReadOnlyMemory<byte>(JsonMarshal.GetRawUtf8Value(value).ToArray()));
        node.Values = [.. node.Values, new ValueSet(keyword, new NameTable(strings.Distinct(StringComparer.Ordinal)), [.. others])];
        return true;
    }

    private bool ReadDivisor(string token)
    {
        if (!ExactNumber.TryParse(System.Text.Encoding.ASCII.GetBytes(token), new byte[ExactNumber.MaxLength], out var divisor)
            || divisor.IsNegative || divisor.Digits.IsEmpty)
        {
            return false;
        }

        _numbers.MultipleOf = token;
        return divisor.Digits.Length <= SchemaLimits.MaxDivisorDigits
            || Unsupported($"unsupported 'multipleOf' of more than {SchemaLimits.MaxDivisorDigits} digits");
    }

    private bool ReadPatternProperties(string keyword, JsonElement value)
    {
        var patterns = new List<(SchemaPattern, SchemaNode)>();
        var wellFormed = ForEach(keyword, value, (name, schema) =>
        {
            if (builder.Pattern(name, SchemaReference.Append(SchemaReference.Append(pointer, keyword), name)) is { } pattern)
            {
                patterns.Add((pattern, schema));
            }
        });
        _objects.Patterns = [.. patterns];
        return wellFormed;
    }

    private bool ReadRequired(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(name => name.ValueKind != JsonValueKind.String))
        {
            return false;
        }

        _required.AddRange(value.EnumerateArray().Select(name => name.GetString()!));
        if (_required.Count > SchemaLimits.MaxRequired)
        {
            builder.Refuse(SchemaFaultKind.TooLarge, pointer, $"'required' has more than {SchemaLimits.MaxRequired} names");
        }

        return _required.Distinct(StringComparer.Ordinal).Count() == _required.Count;
    }

    private bool ReadReference(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        if (builder.Reference(value.GetString()!, pointer) is { } target)
        {
            _inPlace.All.Add(target);
        }

        return true;
    }

    private bool ReadDialect(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
        && (value.ValueEquals(Dialect) || Unsupported($"unsupported dialect: '$schema' must be '{Dialect}'"));

    // A nested "$id" would change what "#" means below it.
    private bool ReadId(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && (pointer.Length == 0 || Unsupported("unsupported '$id' below the root"));

    private void CollectNames()
    {
        _objects.RequiredCount = _required.Count;
        var names = _required.Concat(_properties.Keys.Except(_required, StringComparer.Ordinal)).ToList();
        _objects.Names = new NameTable(names);
        _objects.Properties = [.. names.Select(name => _properties.GetValueOrDefault(name))];
    }

    private SchemaNode Subschema(string keyword, JsonElement value) =>
        builder.Subschema(value, SchemaReference.Append(pointer, keyword));

    private bool TrySubschemas(string keyword, JsonElement value, out SchemaNode[] schemas)
    {
        var at = SchemaReference.Append(pointer, keyword);
        schemas = value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select((item, i) => Item(item, i))]
            : [];
        return value.ValueKind == JsonValueKind.Array;

        SchemaNode Item(JsonElement item, int index) =>
            builder.Subschema(item, SchemaReference.Append(at, index.ToString(CultureInfo.InvariantCulture)));
    }

    private bool ForEach(string keyword, JsonElement value, Action<string, SchemaNode> add)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        var at = SchemaReference.Append(pointer, keyword);
        foreach (var entry in value.EnumerateObject())
        {
            add(entry.Name, builder.Subschema(entry.Value, SchemaReference.Append(at, entry.Name)));
        }

        return true;
    }

    private static bool IsNumber(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number
        && ExactNumber.TryParse(JsonMarshal.GetRawUtf8Value(value), new byte[ExactNumber.MaxLength], out _);

    /// <summary>A count may be written 2.0; beyond what an int holds it makes no difference.</summary>
    private static bool TryCount(JsonElement value, out int count)
    {
        var number = value.ValueKind == JsonValueKind.Number ? value.GetDouble() : -1;
        count = (int)Math.Clamp(number, 0, int.MaxValue);
        return number >= 0 && Math.Floor(number) == number;
    }

    private static bool Set(Action assign)
    {
        assign();
        return true;
    }

    private bool Unsupported(string reason)
    {
        builder.Refuse(SchemaFaultKind.Unsupported, pointer, reason);
        return true;
    }

    private void Invalid(string keyword) =>
        builder.Refuse(SchemaFaultKind.Invalid, SchemaReference.Append(pointer, keyword), $"'{keyword}' has an invalid value");
}
