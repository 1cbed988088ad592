using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>One subschema. The compiler fills it once; afterwards nobody writes to it.</summary>
internal sealed class SchemaNode
{
    private string _kindNames = "";

    /// <summary>The number of the <see cref="SchemaResource"/> it belongs to.</summary>
    public required int Resource { get; init; }

    /// <summary>The schema "false".</summary>
    public bool Refuses { get; set; }

    public JsonKinds Kinds
    {
        get;
        set
        {
            field = value;
            _kindNames = JsonKindNames.Describe(value);
        }
    } = JsonKindNames.All;

    /// <summary>"enum" and "const".</summary>
    public ValueSet[] Values { get; set; } = [];

    public StringRules? Strings { get; set; }

    public NumberRules? Numbers { get; set; }

    public ArrayRules? Arrays { get; set; }

    public ObjectRules? Objects { get; set; }

    public InPlaceRules? InPlace { get; set; }

    public UnevaluatedRules? Unevaluated { get; set; }

    /// <summary>Schemas that judge the same value, as far as they are known before a run.</summary>
    public IEnumerable<SchemaNode> InPlaceSchemas() =>
        (InPlace?.Schemas() ?? []).Concat(Objects?.DependentSchemas.Select(pair => pair.Schema) ?? []);

    /// <summary>
    /// Judges the value the reader stands on. With <paramref name="consume"/> a pass leaves the reader on the value's last
    /// token; otherwise, and after a failure, the reader may be anywhere within it.
    /// </summary>
    public bool Check(ref Utf8JsonReader reader, ref SchemaRun run, bool consume)
    {
        if (!run.Enter(Resource))
        {
            return false;
        }

        var rest = Unevaluated?.For(reader.TokenType);
        var passed = CheckKind(ref reader, ref run)
            && CheckValues(ref reader, ref run)
            && (rest is null ? CheckRules(ref reader, ref run, consume) : UnevaluatedRules.Check(this, rest, ref reader, ref run, consume));
        run.Leave();
        return passed;
    }

    /// <summary>What applies schemas to the value or its children, "unevaluated…" excepted.</summary>
    public bool CheckRules(ref Utf8JsonReader reader, ref SchemaRun run, bool consume) =>
        (InPlace is null || InPlace.Check(ref reader, ref run)) && CheckContent(ref reader, ref run, consume);

    private bool CheckKind(ref Utf8JsonReader reader, ref SchemaRun run)
    {
        if (Refuses)
        {
            return run.Fail("false", "must not be present");
        }

        if (Kinds == JsonKindNames.All)
        {
            return true;
        }

        var kind = JsonKindNames.Of(reader.TokenType);
        return (kind & Kinds) != JsonKinds.None
            || (kind == JsonKinds.Number && (Kinds & JsonKinds.Integer) != JsonKinds.None && IsInteger(ref reader, ref run))
            || run.Fail("type", "must be of type {0}", _kindNames);
    }

    private bool CheckValues(ref Utf8JsonReader reader, ref SchemaRun run)
    {
        foreach (var set in Values)
        {
            if (!set.Check(ref reader, ref run))
            {
                return false;
            }
        }

        return true;
    }

    private bool CheckContent(ref Utf8JsonReader reader, ref SchemaRun run, bool consume)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String or JsonTokenType.PropertyName:
                return Strings is null || Strings.Check(ref reader, ref run);
            case JsonTokenType.Number:
                return Numbers is null || Numbers.Check(ref reader, ref run);
            case JsonTokenType.StartObject when Objects is not null:
                return Objects.Check(ref reader, ref run);
            case JsonTokenType.StartArray when Arrays is not null:
                return Arrays.Check(ref reader, ref run);
            default:
                return !consume || run.Skip(ref reader);
        }
    }

    private static bool IsInteger(ref Utf8JsonReader reader, ref SchemaRun run) =>
        ExactNumber.TryParse(reader.ValueSpan, stackalloc byte[ExactNumber.MaxLength], out var number)
            ? number.IsInteger
            : run.AbortLongNumber();
}
