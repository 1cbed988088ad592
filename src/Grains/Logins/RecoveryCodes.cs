using System.Security.Cryptography;

namespace Platform.Grains.Logins;

/// <summary>Ten codes for the day when the authenticator is lost: ten characters of 31 (49 bits), each good once.</summary>
internal static class RecoveryCodes
{
    public const int Count = 10;

    private const int Length = 10;
    private const string Alphabet = "23456789abcdefghjkmnpqrstuvwxyz";

    /// <summary>As <c>xxxxx-xxxxx</c>.</summary>
    public static string[] Make() => [.. Enumerable.Range(0, Count).Select(_ => RandomNumberGenerator.GetString(Alphabet, Length).Insert(Length / 2, "-"))];

    /// <summary>What was typed, as it was made but without the hyphen; null when it cannot be a code.</summary>
    public static string? Normalize(string typed)
    {
        var code = typed.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        return code.Length == Length && code.All(c => Alphabet.Contains(c, StringComparison.Ordinal)) ? code : null;
    }
}
