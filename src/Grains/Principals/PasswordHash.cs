using System.Globalization;
using System.Security.Cryptography;

namespace Platform.Grains.Principals;

/// <summary>
/// PBKDF2-HMAC-SHA512 with 210 000 rounds and a 16-byte salt (AU-8, OWASP), as <c>pbkdf2-sha512$rounds$salt$hash</c>. Fewer than 100 000 rounds are never accepted.
/// </summary>
internal static class PasswordHash
{
    public const int Rounds = 210_000;
    private const int Floor = 100_000;
    private const string Scheme = "pbkdf2-sha512";

    public static string Create(string password, int rounds = Rounds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, Floor);
        var salt = RandomNumberGenerator.GetBytes(16);
        var hash = Rfc2898DeriveBytes.Pbkdf2(password, salt, rounds, HashAlgorithmName.SHA512, 32);
        return string.Join('$', Scheme, rounds.ToString(CultureInfo.InvariantCulture), Convert.ToBase64String(salt), Convert.ToBase64String(hash));
    }

    /// <param name="stored">A stored hash; null costs the same time and never matches.</param>
    /// <param name="password">What was typed.</param>
    /// <param name="outdated">True when it matches and should be hashed again with today's rounds.</param>
    public static bool Verify(string? stored, string password, out bool outdated)
    {
        outdated = false;
        var parts = (stored ?? Absent).Split('$');
        if (parts.Length != 4 || !string.Equals(parts[0], Scheme, StringComparison.Ordinal)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) || rounds < Floor)
        {
            return false;
        }

        var expected = Convert.FromBase64String(parts[3]);
        var actual = Rfc2898DeriveBytes.Pbkdf2(password, Convert.FromBase64String(parts[2]), rounds, HashAlgorithmName.SHA512, 32);
        var matches = CryptographicOperations.FixedTimeEquals(expected, actual) && stored is not null;
        outdated = matches && rounds < Rounds;
        return matches;
    }

    private static string Absent { get; } = $"{Scheme}${Rounds}${Convert.ToBase64String(new byte[16])}${Convert.ToBase64String(new byte[32])}";
}
