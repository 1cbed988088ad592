using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Platform.Abstractions.Problems;
using Platform.Abstractions.SigningKeys;

namespace Platform.Grains.SigningKeys;

/// <summary>The compact serialization of RFC 7515, section 7.1.</summary>
internal static class CompactJws
{
    private const int MaxType = 32;

    // Nothing in it needs an escape, so that the header can be written as text.
    private static readonly SearchValues<char> TypeCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    /// <summary>Null when the command can be signed.</summary>
    public static Problem? Check(SignJws command)
    {
        if (command.Type.Length is 0 or > MaxType || command.Type.AsSpan().ContainsAnyExcept(TypeCharacters))
        {
            return Problem.InvalidParams("The type of a token has 1 to 32 letters, digits, '+', '-' and '.'.");
        }

        if (command.Algorithm is not null && !SigningAlgorithm.IsKnown(command.Algorithm))
        {
            return Problem.InvalidParams("Choose RS256, PS256 or ES256.");
        }

        return command.Payload.Length <= SignJws.MaxPayload && IsObject(command.Payload)
            ? null
            : Problem.InvalidParams($"The claims are a JSON object of at most {SignJws.MaxPayload} bytes.");
    }

    /// <summary>What is signed: header and payload, encoded, with a dot between.</summary>
    public static string SigningInput(RingKey key, SignJws command)
    {
        var header = Encoding.ASCII.GetBytes($$"""{"alg":"{{key.Algorithm}}","kid":"{{key.Kid}}","typ":"{{command.Type}}"}""");
        return $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(command.Payload)}";
    }

    private static bool IsObject(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
