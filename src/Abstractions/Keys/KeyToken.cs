using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Platform.Abstractions.Keys;

/// <summary>What a key opens. The two kinds are never interchangeable.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<KeyKind>))]
public enum KeyKind
{
    /// <summary><c>mcpk_</c>: an MCP endpoint.</summary>
    [JsonStringEnumMemberName("mcp")] Mcp = 0,

    /// <summary><c>mcpm_</c>: the management API; of one tenant, or of the platform and so of all.</summary>
    [JsonStringEnumMemberName("management")] Management = 1,
}

/// <summary>
/// The form of an API key (AU-7): <c>mcpk_{live|test}_</c> + 8-character id + <c>_</c> + 43 base62 (256 bits) + 6 base62 CRC32 of all before it.
/// The checksum is public: it refuses typing errors and scanners' noise without a look-up, and proves nothing.
/// </summary>
public static class KeyToken
{
    /// <summary>Length of every key; anything else is refused unread.</summary>
    public const int Length = 10 + IdLength + 1 + SecretLength + CheckLength;

    public const int IdLength = 8;
    private const int SecretLength = 43;
    private const int CheckLength = 6;
    private const string Lower = "0123456789abcdefghijklmnopqrstuvwxyz";
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static readonly SearchValues<char> LowerSet = SearchValues.Create(Lower);
    private static readonly SearchValues<char> Base62Set = SearchValues.Create(Base62);

    /// <summary>A new key and its public id. The id is lower case, so that it is safe in file names and grain keys.</summary>
    public static string Mint(KeyKind kind, string environment, out string id)
    {
        id = RandomNumberGenerator.GetString(Lower, IdLength);
        var body = $"{Prefix(kind)}{environment}_{id}_{RandomNumberGenerator.GetString(Base62, SecretLength)}";
        return body + Checksum(body);
    }

    /// <summary>Checks length, prefix, environment and checksum, and reads the id. No look-up, no secret involved.</summary>
    public static bool TryReadId(ReadOnlySpan<char> token, KeyKind kind, string environment, [NotNullWhen(true)] out string? id)
    {
        id = null;
        if (token.Length != Length || environment.Length != 4)
        {
            return false;
        }

        if (!token.StartsWith(Prefix(kind), StringComparison.Ordinal) || !token[5..9].SequenceEqual(environment)
            || token[9] != '_' || token[10 + IdLength] != '_')
        {
            return false;
        }

        var key = token.Slice(10, IdLength);
        if (key.ContainsAnyExcept(LowerSet) || token[(11 + IdLength)..].ContainsAnyExcept(Base62Set))
        {
            return false;
        }

        Span<char> check = stackalloc char[CheckLength];
        WriteChecksum(token[..^CheckLength], check);
        if (!token[^CheckLength..].SequenceEqual(check))
        {
            return false;
        }

        id = key.ToString();
        return true;
    }

    private static string Prefix(KeyKind kind) => kind == KeyKind.Management ? "mcpm_" : "mcpk_";

    private static string Checksum(string body)
    {
        Span<char> check = stackalloc char[CheckLength];
        WriteChecksum(body, check);
        return check.ToString();
    }

    private static void WriteChecksum(ReadOnlySpan<char> body, Span<char> check)
    {
        Span<byte> bytes = stackalloc byte[Length];
        var crc = Crc32.HashToUInt32(bytes[..Encoding.ASCII.GetBytes(body, bytes)]);
        for (var i = CheckLength - 1; i >= 0; i--)
        {
            check[i] = Base62[(int)(crc % 62)];
            crc /= 62;
        }
    }
}
