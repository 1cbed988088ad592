using System.Text.Json;
using Platform.Abstractions.Audit;

namespace Platform.Api.Audit;

/// <summary>
/// Writes <c>changes</c> of a record: before and after of each member that differs. Settings only, never a credential; what looks like one all the same becomes an HMAC, and all of it is bounded.
/// </summary>
internal static class RecordedChanges
{
    /// <summary>Characters of names and values together; what is beyond is told as <c>…</c>.</summary>
    public const int MaxText = 4_096;

    private const string Cut = "…";

    public static void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, ChangedField> changes, ref List<HashedValue>? hashed)
    {
        var left = MaxText;
        writer.WriteStartObject("changes"u8);
        foreach (var (name, field) in changes)
        {
            writer.WriteStartObject(Name(name, ref left));
            Write(writer, "before"u8, field.Before, ref left, ref hashed);
            Write(writer, "after"u8, field.After, ref left, ref hashed);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, JsonElement? value, ref int left, ref List<HashedValue>? hashed)
    {
        if (value is { } there)
        {
            writer.WritePropertyName(name);
            Write(writer, there, ref left, ref hashed);
        }
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value, ref int left, ref List<HashedValue>? hashed)
    {
        if (left <= 0)
        {
            writer.WriteStringValue(Cut);
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    // The first that is too much says so; more of them would say it again.
                    var isLast = left <= 0;
                    writer.WritePropertyName(Name(member.Name, ref left));
                    Write(writer, member.Value, ref left, ref hashed);
                    if (isLast)
                    {
                        break;
                    }
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    var isLast = left <= 0;
                    Write(writer, item, ref left, ref hashed);
                    if (isLast)
                    {
                        break;
                    }
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                var text = value.GetString()!;
                left -= text.Length;
                if (left < 0)
                {
                    writer.WriteStringValue(Cut);
                }
                else
                {
                    HashedText.Write(writer, text, isFree: false, text.Length, ref hashed);
                }

                break;
            default:
                value.WriteTo(writer);
                left -= sizeof(double);
                break;
        }
    }

    /// <summary>Names of tools and methods are members' names too, and have no place for an HMAC.</summary>
    private static string Name(string name, ref int left)
    {
        left -= name.Length;
        return SensitiveText.TryFind(name, isFree: false, out _) ? "[Redacted]" : name;
    }
}
