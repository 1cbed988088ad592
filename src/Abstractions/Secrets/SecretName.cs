using System.Buffers;

namespace Platform.Abstractions.Secrets;

/// <summary>The names of secrets: 1 to 100 of a-z, 0-9 and -. Key Vault takes 127 and folds case; the rest is for the prefix of its platform.</summary>
public static class SecretName
{
    public const int MaxLength = 100;

    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    public static bool IsValid(ReadOnlySpan<char> name) => name.Length is > 0 and <= MaxLength && !name.ContainsAnyExcept(Characters);

    /// <exception cref="ArgumentException">It is no such name.</exception>
    public static void Require(string name)
    {
        if (!IsValid(name))
        {
            throw new ArgumentException($"The name of a secret has 1 to {MaxLength} of a-z, 0-9 and -.", nameof(name));
        }
    }
}
