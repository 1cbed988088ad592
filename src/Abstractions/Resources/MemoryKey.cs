using System.Diagnostics.CodeAnalysis;

namespace Platform.Abstractions.Resources;

/// <summary>
/// The key of a memory resource: <c>[A-Za-z0-9]{1,128}</c>, case-sensitive (RS-3). Its URI is <c>memory://{key}</c>, read here and by no URI class:
/// <see cref="Uri"/> folds the case of a host.
/// </summary>
public static class MemoryKey
{
    public const int MaxLength = 128;
    public const string Scheme = "memory://";

    /// <summary>What a refusal says.</summary>
    public const string Rule = "Use 1 to 128 letters and digits of ASCII.";

    public static bool IsValid(ReadOnlySpan<char> key)
    {
        if (key.Length is 0 or > MaxLength)
        {
            return false;
        }

        foreach (var c in key)
        {
            // ASCII only: char.IsLetterOrDigit would let Unicode digits through.
            if (!char.IsAsciiLetterOrDigit(c))
            {
                return false;
            }
        }

        return true;
    }

    public static string Uri(string key) => Scheme + key;

    /// <summary>The canonical object of a permission on it (AZ-2).</summary>
    public static string Target(string key) => "memory/" + key;

    public static bool TryParseUri([NotNullWhen(true)] string? uri, [NotNullWhen(true)] out string? key)
    {
        key = uri is not null && uri.StartsWith(Scheme, StringComparison.Ordinal) ? uri[Scheme.Length..] : null;
        if (key is null || !IsValid(key))
        {
            key = null;
            return false;
        }

        return true;
    }
}
