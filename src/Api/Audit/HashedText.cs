using System.Text.Json;
using Platform.Abstractions.Audit;

namespace Platform.Api.Audit;

/// <summary>Writes strings of a record with places for HMACs where a value must not stand (AL-3). The trail's own grain fills them.</summary>
internal static class HashedText
{
    /// <summary>A string, in which what <see cref="SensitiveText"/> finds is left out.</summary>
    /// <param name="writer">Where a value is due.</param>
    /// <param name="text">As somebody wrote it.</param>
    /// <param name="isFree">Whether what looks random is taken for a credential.</param>
    /// <param name="most">Characters; more are cut.</param>
    /// <param name="hashed">Gets the places.</param>
    public static void Write(Utf8JsonWriter writer, string text, bool isFree, int most, ref List<HashedValue>? hashed)
    {
        if (!SensitiveText.TryFind(text, isFree, out var found))
        {
            writer.WriteStringValue(Clip(text, most));
            return;
        }

        var (from, left) = (0, most);
        foreach (var (start, length) in found)
        {
            var clear = Clip(text.AsSpan(from, start - from), left);
            writer.WriteStringValueSegment(clear, isFinalSegment: false);
            left -= clear.Length;
            if (clear.Length < start - from)
            {
                (from, left) = (text.Length, 0);
                break;
            }

            Leave(writer, HashedValue.DigestOf(text.Substring(start, length)), ref hashed);
            from = start + length;
        }

        writer.WriteStringValueSegment(Clip(text.AsSpan(from), left), isFinalSegment: true);
    }

    /// <summary>A string that is an HMAC as a whole.</summary>
    public static void WriteHash(Utf8JsonWriter writer, string text, ref List<HashedValue>? hashed)
    {
        writer.WriteStringValueSegment(default(ReadOnlySpan<char>), isFinalSegment: false);
        Leave(writer, HashedValue.DigestOf(text), ref hashed);
        writer.WriteStringValueSegment(default(ReadOnlySpan<char>), isFinalSegment: true);
    }

    /// <summary>Leaves a place in a string that was begun.</summary>
    public static void Leave(Utf8JsonWriter writer, byte[] digest, ref List<HashedValue>? hashed) =>
        (hashed ??= []).Add(new HashedValue((int)(writer.BytesCommitted + writer.BytesPending), digest));

    // A cut must not leave half of a surrogate pair: the record would not be valid Unicode.
    private static ReadOnlySpan<char> Clip(ReadOnlySpan<char> text, int most) =>
        text.Length <= most ? text : most > 0 && char.IsHighSurrogate(text[most - 1]) ? text[..(most - 1)] : text[..most];
}
