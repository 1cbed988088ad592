using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>Keywords of the validation vocabulary: those that judge without holding schemas.</summary>
internal sealed class ValidationKeywords
{
    public JsonKinds Kinds { get; private set; } = JsonKindNames.All;

    public List<ValueSet> Values { get; } = [];

    public StringRules Strings { get; } = new();

    public NumberRules Numbers { get; } = new();

    public int MinItems { get; private set; }

    public int MaxItems { get; private set; } = int.MaxValue;

    public bool UniqueItems { get; private set; }

    public int MinContains { get; private set; } = 1;

    public int MaxContains { get; private set; } = int.MaxValue;

    public List<string> Required { get; } = [];

    public List<(string Trigger, string[] Names)> DependentRequired { get; } = [];

    public int MinProperties { get; private set; }

    public int MaxProperties { get; private set; } = int.MaxValue;

    /// <summary>Null when the keyword is none of these; false when its value has the wrong form.</summary>
    public bool? Read(in SchemaKeyword keyword)
    {
        var (builder, pointer) = (keyword.Builder, keyword.Pointer);
        return keyword.Name switch
        {
            "type" => ReadType(keyword.Value),
            "enum" => keyword.Value.ValueKind == JsonValueKind.Array && AddValues(keyword.Name, keyword.Value.EnumerateArray()),
            "const" => AddValues(keyword.Name, [keyword.Value]),
            "minLength" => keyword.Count(n => Strings.MinLength = n),
            "maxLength" => keyword.Count(n => Strings.MaxLength = n),
            "pattern" => keyword.Text(text => Strings.Pattern = builder.Pattern(text, pointer)),
            "minimum" => keyword.Number(token => Numbers.Minimum = token),
            "maximum" => keyword.Number(token => Numbers.Maximum = token),
            "exclusiveMinimum" => keyword.Number(token => Numbers.ExclusiveMinimum = token),
            "exclusiveMaximum" => keyword.Number(token => Numbers.ExclusiveMaximum = token),
            "multipleOf" => keyword.Number(token => Numbers.MultipleOf = token) && CheckDivisor(keyword),
            "minItems" => keyword.Count(n => MinItems = n),
            "maxItems" => keyword.Count(n => MaxItems = n),
            "uniqueItems" => keyword.Flag(unique => UniqueItems = unique),
            "minContains" => keyword.Count(n => MinContains = n),
            "maxContains" => keyword.Count(n => MaxContains = n),
            "required" => keyword.Names(Required.AddRange),
            "dependentRequired" => keyword.Each(AddDependent),
            "minProperties" => keyword.Count(n => MinProperties = n),
            "maxProperties" => keyword.Count(n => MaxProperties = n),
            _ => null,
        };
    }

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

        Kinds = kinds;
        return names.Length > 0;
    }

    private bool AddValues(string keyword, IEnumerable<JsonElement> values)
    {
        var all = values.ToList();
        var strings = all.Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!);
        var others = all.Where(value => value.ValueKind != JsonValueKind.String)
            .Select(value => new ReadOnlyMemory<byte>(JsonMarshal.GetRawUtf8Value(value).ToArray()));
        Values.Add(new ValueSet(keyword, new NameTable(strings.Distinct(StringComparer.Ordinal)), [.. others]));
        return true;
    }

    private bool AddDependent(string trigger, JsonElement value)
    {
        if (!SchemaKeyword.TryNames(value, out var names))
        {
            return false;
        }

        DependentRequired.Add((trigger, names));
        return true;
    }

    private bool CheckDivisor(in SchemaKeyword keyword)
    {
        _ = ExactNumber.TryParse(Encoding.ASCII.GetBytes(Numbers.MultipleOf!), new byte[ExactNumber.MaxLength], out var divisor);
        if (divisor.Digits.Length > SchemaLimits.MaxDivisorDigits)
        {
            keyword.Refuse(SchemaFaultKind.Unsupported, $"unsupported 'multipleOf' of more than {SchemaLimits.MaxDivisorDigits} digits");
        }

        return !divisor.IsNegative && !divisor.Digits.IsEmpty;
    }
}
