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

    /// <summary>Objects and lists within each other that are written as such; what is within is the text of its JSON. A page of records has them four deeper, and REST's JSON ends at ten.</summary>
    private const int MaxDepth = 3;

    private const string Cut = "…";
    private const string Hidden = "[Redacted]";

    /// <summary>Of a rule of an identity provider: the value of a claim, such as a name, is who somebody is.</summary>
    private const string Person = "value";

    /// <summary>What empty ones take all the same.</summary>
    private const int LeastOfValue = 2;

    /// <summary>Characters of an HMAC, with its prefix.</summary>
    private const int OfHash = 48;

    public static void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, ChangedField> changes, ref List<HashedValue>? hashed)
    {
        var left = MaxText;
        writer.WriteStartObject("changes"u8);
        foreach (var (name, field) in changes)
        {
            // A member of a type of ours, never a name that somebody chose.
            writer.WriteStartObject(name);
            left -= name.Length;
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
            Write(writer, there, 1, ref left, ref hashed);
        }
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value, int depth, ref int left, ref List<HashedValue>? hashed)
    {
        if (left <= 0)
        {
            writer.WriteStringValue(Cut);
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object or JsonValueKind.Array when depth > MaxDepth:
                Write(writer, value.GetRawText(), ref left, ref hashed);
                break;
            case JsonValueKind.Object:
                writer.WriteStartObject();
                left -= LeastOfValue;
                var names = new HashSet<string>(StringComparer.Ordinal);
                foreach (var member in value.EnumerateObject())
                {
                    // The first that is too much says so; more of them would say it again.
                    var isLast = left <= 0;
                    writer.WritePropertyName(Name(member.Name, names, ref left));
                    if (member.Name == Person && member.Value.ValueKind == JsonValueKind.String)
                    {
                        HashedText.WriteHash(writer, member.Value.GetString()!, ref hashed);
                        left -= OfHash;
                    }
                    else
                    {
                        Write(writer, member.Value, depth + 1, ref left, ref hashed);
                    }

                    if (isLast)
                    {
                        break;
                    }
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                left -= LeastOfValue;
                foreach (var item in value.EnumerateArray())
                {
                    var isLast = left <= 0;
                    Write(writer, item, depth + 1, ref left, ref hashed);
                    if (isLast)
                    {
                        break;
                    }
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                Write(writer, value.GetString()!, ref left, ref hashed);
                break;
            default:
                value.WriteTo(writer);
                left -= sizeof(double);
                break;
        }
    }

    private static void Write(Utf8JsonWriter writer, string text, ref int left, ref List<HashedValue>? hashed)
    {
        left -= Math.Max(text.Length, LeastOfValue);
        if (left < 0)
        {
            writer.WriteStringValue(Cut);
            return;
        }

        var before = hashed?.Count ?? 0;
        HashedText.Write(writer, text, isFree: false, text.Length, ref hashed);
        left -= OfHash * ((hashed?.Count ?? 0) - before);
    }

    /// <summary>Names of tools and methods are members' names too, and have no place for an HMAC. No two members of one object have the same.</summary>
    private static string Name(string name, HashSet<string> written, ref int left)
    {
        left -= name.Length;
        var told = SensitiveText.TryFind(name, isFree: false, out _) ? Hidden : name;
        for (var number = 2; !written.Add(told); number++)
        {
            told = $"{Hidden} {number}";
        }

        return told;
    }
}
