using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Logins;

/// <summary>Addresses to which the platform mails: the common form alone, so that one is one recipient everywhere, ends no line of a header, and is known by its form in the trail.</summary>
public static class EmailAddress
{
    public const int MaxLength = 254;

    /// <summary>For whoever wrote another one.</summary>
    public const string Cure = "Write one address such as anna@example.com: letters, digits and . _ % + - before the @, a DNS name after it.";

    private const int MaxLocal = 64;

    private static readonly SearchValues<char> Local = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._%+-");

    public static bool IsValid([NotNullWhen(true)] string? text)
    {
        var at = text?.IndexOf('@', StringComparison.Ordinal) ?? -1;
        if (text is not { Length: <= MaxLength } || at is < 1 or > MaxLocal)
        {
            return false;
        }

        var local = text.AsSpan(0, at);
        return !local.ContainsAnyExcept(Local) && local[0] != '.' && local[^1] != '.' && !local.Contains("..", StringComparison.Ordinal) && HostName.IsValid(text[(at + 1)..].ToLowerInvariant());
    }
}
