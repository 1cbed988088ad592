using System.Buffers;

namespace Platform.Abstractions.Principals;

/// <summary>The form of a principal's id: a prefix that tells its kind, and a name. Never given out twice.</summary>
public static class PrincipalId
{
    /// <summary>Longest id there is.</summary>
    public const int MaxLength = 68;

    /// <summary>Begins the id of whoever a provider vouches for; see <see cref="AdmitPrincipal"/>.</summary>
    public const string External = "ext_";

    /// <summary>Hexadecimal digits after <see cref="External"/>: 160 bits of a hash over issuer and subject.</summary>
    public const int ExternalDigits = 40;

    private const int MaxName = 64;

    private static readonly SearchValues<char> NameSet = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-");

    public static string For(PrincipalKind kind, string name) => kind switch
    {
        PrincipalKind.Service => $"svc_{name}",
        PrincipalKind.User => $"usr_{name}",
        PrincipalKind.Device => $"dev_{name}",
        PrincipalKind.Group => $"grp_{name}",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public static bool IsExternal(string id) => id.StartsWith(External, StringComparison.Ordinal);

    /// <summary>Whether a provider's subject can have this id, known here or not.</summary>
    public static bool IsSubject(string id) => IsExternal(id) && id.Length == External.Length + ExternalDigits && id[External.Length..].All(char.IsAsciiHexDigitLower);

    /// <summary>Whether somebody could have this id: what has another form is asked for nowhere.</summary>
    public static bool IsValid(string text) => text.Length is > 4 and <= MaxLength && text[3] == '_' && IsName(text.AsSpan(4));

    /// <summary>What a person may be called when they sign in, and every other principal in its id.</summary>
    public static bool IsName(ReadOnlySpan<char> name) => name.Length is > 0 and <= MaxName && !name.ContainsAnyExcept(NameSet);
}
