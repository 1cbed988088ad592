using System.Diagnostics.CodeAnalysis;

namespace Platform.Hosting.Startup;

/// <summary><c>secret:name</c> or <c>secret:name/version</c> in place of a value in the configuration.</summary>
/// <param name="Name">In the vault: 1 to 100 of a-z, 0-9 and -.</param>
/// <param name="Version">The vault's id of a version; null is the newest at each start.</param>
public sealed record SecretReference(string Name, string? Version)
{
    private const string Scheme = "secret:";
    private const int MaxName = 100;
    private const int MaxVersion = 32;

    /// <summary>Whether somebody meant a reference, well written or not.</summary>
    public static bool IsMeant([NotNullWhen(true)] string? value) => value is not null && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    public static bool TryParse(string? value, [NotNullWhen(true)] out SecretReference? reference)
    {
        reference = null;
        if (value is null || !value.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return false;
        }

        var rest = value[Scheme.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (name, version) = slash < 0 ? (rest, null) : (rest[..slash], rest[(slash + 1)..]);
        if (name.Length is 0 or > MaxName || !name.All(c => IsPlain(c) || c == '-') || version is { Length: 0 or > MaxVersion } || version?.All(IsPlain) is false)
        {
            return false;
        }

        reference = new SecretReference(name, version);
        return true;
    }

    private static bool IsPlain(char c) => char.IsAsciiDigit(c) || char.IsAsciiLetterLower(c);
}
