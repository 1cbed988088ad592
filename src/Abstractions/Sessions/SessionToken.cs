using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Platform.Abstractions.Sessions;

/// <summary>The form of a console session's bearer: <c>mcps_</c> + 16-character id + <c>_</c> + 43 base62 (256 bits).</summary>
public static class SessionToken
{
    private const string Lower = "0123456789abcdefghijklmnopqrstuvwxyz";
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static readonly SearchValues<char> LowerSet = SearchValues.Create(Lower);
    private static readonly SearchValues<char> Base62Set = SearchValues.Create(Base62);

    public static string NewId() => RandomNumberGenerator.GetString(Lower, 16);

    public static string Mint(string id) => $"mcps_{id}_{RandomNumberGenerator.GetString(Base62, 43)}";

    public static bool TryReadId(ReadOnlySpan<char> token, [NotNullWhen(true)] out string? id)
    {
        id = null;
        if (token.Length != 65 || !token.StartsWith("mcps_", StringComparison.Ordinal) || token[21] != '_'
            || token.Slice(5, 16).ContainsAnyExcept(LowerSet) || token[22..].ContainsAnyExcept(Base62Set))
        {
            return false;
        }

        id = token.Slice(5, 16).ToString();
        return true;
    }
}
