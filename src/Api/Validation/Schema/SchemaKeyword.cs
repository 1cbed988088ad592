using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>
/// One keyword of a schema with the forms its value can have. Each method answers whether the value has that form, and only
/// then hands it on.
/// </summary>
internal readonly record struct SchemaKeyword(string Name, JsonElement Value, SchemaPlace Place, SchemaBuilder Builder)
{
    public string Pointer => SchemaPointer.Append(Place.Pointer, Name);

    public bool IsText => Value.ValueKind == JsonValueKind.String;

    public bool IsFlag => Value.ValueKind is JsonValueKind.True or JsonValueKind.False;

    public bool Text(Action<string> take) => IsText && Give(take, Value.GetString()!);

    public bool Flag(Action<bool> take) => IsFlag && Give(take, Value.GetBoolean());

    /// <summary>A count may be written 2.0; beyond what an int holds it makes no difference.</summary>
    public bool Count(Action<int> take)
    {
        var number = Value.ValueKind == JsonValueKind.Number ? Value.GetDouble() : -1;
        return number >= 0 && Math.Floor(number) == number && Give(take, (int)Math.Clamp(number, 0, int.MaxValue));
    }

    /// <summary>The number as written.</summary>
    public bool Number(Action<string> take) =>
        Value.ValueKind == JsonValueKind.Number
        && ExactNumber.TryParse(JsonMarshal.GetRawUtf8Value(Value), new byte[ExactNumber.MaxLength], out _)
        && Give(take, Value.GetRawText());

    /// <summary>An array of different strings.</summary>
    public bool Names(Action<string[]> take) => TryNames(Value, out var names) && Give(take, names);

    public bool Schema(Action<SchemaNode> take) => Give(take, Builder.Node(Pointer));

    /// <summary>An array of schemas, which must not be empty.</summary>
    public bool Schemas(Action<SchemaNode[]> take)
    {
        var (builder, at) = (Builder, Pointer);
        return Value.ValueKind == JsonValueKind.Array
            && Value.GetArrayLength() > 0
            && Give(take, [.. Enumerable.Range(0, Value.GetArrayLength()).Select(i => builder.Node(SchemaPointer.Append(at, i.ToString(CultureInfo.InvariantCulture))))]);
    }

    /// <summary>An object of schemas.</summary>
    public bool EachSchema(Action<string, SchemaNode> take)
    {
        var (builder, at) = (Builder, Pointer);
        return Each((name, _) =>
        {
            take(name, builder.Node(SchemaPointer.Append(at, name)));
            return true;
        });
    }

    /// <summary>An object, each member of which has the right form.</summary>
    public bool Each(Func<string, JsonElement, bool> take)
    {
        if (Value.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        foreach (var member in Value.EnumerateObject())
        {
            if (!take(member.Name, member.Value))
            {
                return false;
            }
        }

        return true;
    }

    public static bool TryNames(JsonElement value, out string[] names)
    {
        names = [];
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(name => name.ValueKind != JsonValueKind.String))
        {
            return false;
        }

        names = [.. value.EnumerateArray().Select(name => name.GetString()!)];
        return names.Distinct(StringComparer.Ordinal).Count() == names.Length;
    }

    public void Refuse(SchemaFaultKind kind, string reason) => Builder.Refuse(kind, Place.Pointer, reason);

    private static bool Give<T>(Action<T> take, T value)
    {
        take(value);
        return true;
    }
}
