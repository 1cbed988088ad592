using System.Globalization;
using System.Security.Cryptography;
using Platform.Abstractions.Logins;

namespace Platform.Grains.Logins;

/// <summary>
/// PBKDF2-HMAC-SHA512 with a 16-byte salt (AU-8, OWASP), as <c>pbkdf2-sha512$rounds$salt$hash</c>. Fewer than 100 000 rounds are never accepted.
/// </summary>
internal static class PasswordHash
{
    private const string Scheme = "pbkdf2-sha512";
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    public static string Create(string password, int rounds = PasswordRules.Rounds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, PasswordRules.FewestRounds);
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var hash = Rfc2898DeriveBytes.Pbkdf2(password, salt, rounds, HashAlgorithmName.SHA512, HashBytes);
        return string.Join('$', Scheme, rounds.ToString(CultureInfo.InvariantCulture), Convert.ToBase64String(salt), Convert.ToBase64String(hash));
    }

    /// <param name="stored">A stored hash; null, or one that cannot be read, costs what today's costs and never matches.</param>
    /// <param name="password">What was typed.</param>
    /// <param name="rounds">Today's.</param>
    /// <param name="outdated">True when it matches and should be hashed again with today's rounds.</param>
    public static bool Verify(string? stored, string password, int rounds, out bool outdated)
    {
        var known = TryRead(stored, out var parts);
        var actual = Rfc2898DeriveBytes.Pbkdf2(password, known ? parts.Salt : new byte[SaltBytes], known ? parts.Rounds : rounds, HashAlgorithmName.SHA512, HashBytes);
        var matches = CryptographicOperations.FixedTimeEquals(known ? parts.Hash : new byte[HashBytes], actual) && known;
        outdated = matches && (parts.Rounds < rounds || parts.Salt.Length < SaltBytes);
        return matches;
    }

    private static bool TryRead(string? stored, out (int Rounds, byte[] Salt, byte[] Hash) parts)
    {
        parts = (0, [], []);
        var fields = stored?.Split('$');
        if (fields is not { Length: 4 } || !string.Equals(fields[0], Scheme, StringComparison.Ordinal)
            || !int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var rounds)
            || rounds is < PasswordRules.FewestRounds or > PasswordRules.MostRounds)
        {
            return false;
        }

        var salt = new byte[64];
        var hash = new byte[64];
        if (!Convert.TryFromBase64String(fields[2], salt, out var salted) || !Convert.TryFromBase64String(fields[3], hash, out var hashed) || hashed != HashBytes)
        {
            return false;
        }

        parts = (rounds, salt[..salted], hash[..hashed]);
        return true;
    }
}
