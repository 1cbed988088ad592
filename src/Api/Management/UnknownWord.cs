using System.Text.Json;

namespace Platform.Api.Management;

/// <summary>A value that is none of some words of ours. Its message is for the client: it has these words, and nothing of what was sent.</summary>
internal sealed class UnknownWord(string[] words) : JsonException(Advice(words))
{
    /// <summary>What to write instead, wherever words are chosen from: a body or a query.</summary>
    public static string Advice(string[] words) => words is [.. { Length: > 0 } before, var last] ? $"Choose {string.Join(", ", before)} or {last}." : $"Choose {words[0]}.";
}
