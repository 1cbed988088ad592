namespace Platform.Abstractions.Tenants;

/// <summary>The name a tenant has in URLs: <c>[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?</c>, without <c>--</c>. Chosen by people, unique, not an identity.</summary>
public static class TenantSlug
{
    public const int MaxLength = 40;

    public static bool IsValid(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > MaxLength || text[0] == '-' || text[^1] == '-' || text.Contains("--", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            {
                return false;
            }
        }

        return true;
    }
}
