using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>
/// Equality of JSON values as the specification means it: 1 equals 1.0, the order of properties does not matter,
/// false is not 0. A false answer may also mean that the run was aborted, so callers look at <see cref="SchemaRun.Aborted"/>.
/// </summary>
internal static class JsonEquality
{
    /// <summary>Reads the value the reader stands on to its end. Equal values have equal hashes.</summary>
    public static uint Hash(ref Utf8JsonReader reader, ref SchemaRun run)
    {
        if (!run.Spend(1))
        {
            return 0;
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                // A sum, so that the order of properties does not matter.
                var sum = 0x27D4EB2Fu;
                while (!run.Aborted && reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = HashText(ref reader, ref run);
                    reader.Read();
                    sum += (name ^ (Hash(ref reader, ref run) * 0x9E3779B1u)) * 0x85EBCA6Bu;
                }

                return sum;
            case JsonTokenType.StartArray:
                var hash = 0x165667B1u;
                while (!run.Aborted && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    hash = (hash * 0xC2B2AE35u) ^ Hash(ref reader, ref run);
                }

                return hash;
            case JsonTokenType.String:
                return HashText(ref reader, ref run);
            case JsonTokenType.Number:
                if (ExactNumber.TryParse(reader.ValueSpan, stackalloc byte[ExactNumber.MaxLength], out var number))
                {
                    return number.Hash();
                }

                _ = run.AbortLongNumber();
                return 0;
            default:
                return (uint)reader.TokenType;
        }
    }

    /// <summary>Whether the values on which both readers stand are equal; where the readers stop is undefined.</summary>
    public static bool AreEqual(ref Utf8JsonReader left, ref Utf8JsonReader right, ref SchemaRun run)
    {
        if (left.TokenType != right.TokenType || !run.Spend(1))
        {
            return false;
        }

        return left.TokenType switch
        {
            JsonTokenType.StartObject => AreObjectsEqual(ref left, ref right, ref run),
            JsonTokenType.StartArray => AreArraysEqual(ref left, ref right, ref run),
            JsonTokenType.String => AreTextsEqual(ref left, ref right, ref run),
            JsonTokenType.Number => AreNumbersEqual(ref left, ref right, ref run),
            _ => true,
        };
    }

    private static uint HashText(ref Utf8JsonReader reader, ref SchemaRun run)
    {
        _ = run.SpendBytes(reader.ValueSpan.Length);
        if (!reader.ValueIsEscaped)
        {
            return NameHash.Of(reader.ValueSpan);
        }

        using var text = new Unescaped(in reader, stackalloc byte[Unescaped.OnStack]);
        return NameHash.Of(text.Bytes);
    }

    private static bool AreTextsEqual(ref Utf8JsonReader left, ref Utf8JsonReader right, ref SchemaRun run)
    {
        if (!run.SpendBytes(left.ValueSpan.Length))
        {
            return false;
        }

        if (!left.ValueIsEscaped)
        {
            return right.ValueTextEquals(left.ValueSpan);
        }

        using var text = new Unescaped(in left, stackalloc byte[Unescaped.OnStack]);
        return right.ValueTextEquals(text.Bytes);
    }

    private static bool AreNumbersEqual(ref Utf8JsonReader left, ref Utf8JsonReader right, ref SchemaRun run) =>
        ExactNumber.TryParse(left.ValueSpan, stackalloc byte[ExactNumber.MaxLength], out var one)
        && ExactNumber.TryParse(right.ValueSpan, stackalloc byte[ExactNumber.MaxLength], out var other)
            ? ExactNumber.Compare(one, other) == 0
            : run.AbortLongNumber();

    private static bool AreArraysEqual(ref Utf8JsonReader left, ref Utf8JsonReader right, ref SchemaRun run)
    {
        while (left.Read() && right.Read() && left.TokenType != JsonTokenType.EndArray)
        {
            // The comparison of two objects leaves its readers anywhere, so it works on copies.
            var one = left;
            var other = right;
            if (!AreEqual(ref one, ref other, ref run))
            {
                return false;
            }

            left.Skip();
            right.Skip();
        }

        return right.TokenType == JsonTokenType.EndArray;
    }

    private static bool AreObjectsEqual(ref Utf8JsonReader left, ref Utf8JsonReader right, ref SchemaRun run)
    {
        var count = 0;
        while (left.Read() && left.TokenType != JsonTokenType.EndObject)
        {
            count++;
            var other = right;
            if (!TryFindProperty(ref left, ref other, ref run))
            {
                return false;
            }

            left.Read();
            var one = left;
            if (!AreEqual(ref one, ref other, ref run))
            {
                return false;
            }

            left.Skip();
        }

        return count == CountProperties(ref right);
    }

    /// <summary>Moves <paramref name="within"/> from the start of an object to the value named as <paramref name="named"/> says.</summary>
    private static bool TryFindProperty(ref Utf8JsonReader named, ref Utf8JsonReader within, ref SchemaRun run)
    {
        while (within.Read() && within.TokenType != JsonTokenType.EndObject)
        {
            if (!run.Spend(1))
            {
                return false;
            }

            var found = AreTextsEqual(ref named, ref within, ref run);
            within.Read();
            if (found)
            {
                return true;
            }

            if (!run.Skip(ref within))
            {
                return false;
            }
        }

        return false;
    }

    private static int CountProperties(ref Utf8JsonReader reader)
    {
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            count++;
            reader.Read();
            reader.Skip();
        }

        return count;
    }
}
