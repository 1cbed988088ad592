using System.Text;
using Platform.Abstractions.Keys;

namespace Platform.Fuzz.Targets;

/// <summary>Text reads as a key of one kind and environment at most, and no single character of a key can be another.</summary>
internal sealed class KeyTokenTarget
{
    public static void Run(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        var readings = 0;
        foreach (var environment in new[] { "live", "test" })
        {
            foreach (var kind in new[] { KeyKind.Mcp, KeyKind.Management })
            {
                if (!KeyToken.TryReadId(text, kind, environment, out var id))
                {
                    continue;
                }

                readings++;
                BrokenRuleException.Unless(text.Length == KeyToken.Length && id.Length == KeyToken.IdLength && text.AsSpan(10, KeyToken.IdLength).SequenceEqual(id), "The id is not in the key.");
                BrokenRuleException.Unless(id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)), "The id is not safe in a file name.");
                for (var at = 0; at < text.Length; at++)
                {
                    var changed = $"{text[..at]}{(text[at] == 'A' ? 'B' : 'A')}{text[(at + 1)..]}";
                    BrokenRuleException.Unless(!KeyToken.TryReadId(changed, kind, environment, out _), "A typing error passes the checksum.");
                }
            }
        }

        BrokenRuleException.Unless(readings <= 1, "A key is of two kinds.");
    }
}
