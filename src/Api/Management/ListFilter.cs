using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Platform.Abstractions.Problems;

namespace Platform.Api.Management;

/// <summary>
/// <c>filter</c> (AIP-160, of which it has the conjunction of equalities): <c>status = active AND name = "my key"</c> is <c>status=active&amp;name=my%20key</c>. It has no meaning of its own, so there is
/// nothing that one way finds and the other does not.
/// </summary>
internal static class ListFilter
{
    public const string Parameter = "filter";

    /// <summary>What ends a value that is not quoted: more than it has to, so that an operator which there is not is told of and not taken for a value.</summary>
    private static readonly SearchValues<char> Ends = SearchValues.Create(" \"=()<>!");

    private const string Form = "Write name = value, joined by AND; quote a value that has spaces or signs, and write \\\" for a quote in it.";

    /// <summary>Replaces <c>filter</c> by the parameters that it stands for; null when it does, or when there is none.</summary>
    /// <param name="request">Has each parameter once.</param>
    /// <param name="names">What may be filtered by.</param>
    public static Problem? Apply(HttpRequest request, string[] names)
    {
        if (names.Length == 0 || !request.Query.TryGetValue(Parameter, out var text))
        {
            return null;
        }

        var all = request.Query.Where(pair => pair.Key != Parameter).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
        var rest = text.ToString().AsSpan().Trim();
        do
        {
            if (!TryReadTerm(ref rest, out var name, out var value))
            {
                return Fault(Form);
            }

            if (!names.Contains(name, StringComparer.Ordinal))
            {
                return Fault($"This list is filtered by {string.Join(", ", names)}.");
            }

            if (!all.TryAdd(name, new StringValues(value)))
            {
                return Fault($"{name} is said twice.");
            }
        }
        while (!rest.IsEmpty);

        request.Query = new QueryCollection(all);
        return null;
    }

    private static bool TryReadTerm(ref ReadOnlySpan<char> rest, out string name, out string value)
    {
        (name, value) = ("", "");
        var end = rest.IndexOfAny(' ', '=');
        if (end < 1)
        {
            return false;
        }

        name = rest[..end].ToString();
        rest = rest[end..].TrimStart();
        if (!rest.StartsWith('='))
        {
            return false;
        }

        rest = rest[1..].TrimStart();
        if (!(rest.StartsWith('"') ? TryReadQuoted(ref rest, out value) : TryReadBare(ref rest, out value)))
        {
            return false;
        }

        var before = rest.Length;
        rest = rest.TrimStart();
        if (rest.IsEmpty)
        {
            return true;
        }

        // A conjunction needs a space on both sides and a term behind it.
        if (rest.Length == before || !rest.StartsWith("AND ", StringComparison.Ordinal))
        {
            return false;
        }

        rest = rest["AND ".Length..].TrimStart();
        return !rest.IsEmpty;
    }

    private static bool TryReadBare(ref ReadOnlySpan<char> rest, out string value)
    {
        var end = rest.IndexOfAny(Ends);
        value = (end < 0 ? rest : rest[..end]).ToString();
        rest = end < 0 ? [] : rest[end..];
        return value.Length > 0;
    }

    private static bool TryReadQuoted(ref ReadOnlySpan<char> rest, out string value)
    {
        var text = new StringBuilder();
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '"')
            {
                value = text.ToString();
                rest = rest[(i + 1)..];
                return true;
            }

            if (rest[i] == '\\' && ++i == rest.Length)
            {
                break;
            }

            text.Append(rest[i]);
        }

        value = "";
        return false;
    }

    private static Problem Fault(string text) => Problem.Invalid([new FieldError(Parameter, text)]);
}
