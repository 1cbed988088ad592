using System.Text;
using Platform.Api.Mcp;

namespace Platform.Fuzz.Targets;

/// <summary>A value that was encoded decodes to itself, and a plain one is itself.</summary>
internal sealed class HeaderValueTarget
{
    public static void Run(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        BrokenRuleException.Unless(HeaderValue.Decode(Encode(text)) == text, "Encoding and decoding changed the value.");
        var decoded = HeaderValue.Decode(text);
        BrokenRuleException.Unless(decoded is null || HeaderValue.IsPlain(text), "A header with a character that it must not have was decoded.");
        BrokenRuleException.Unless(!HeaderValue.IsPlain(text) || text.StartsWith("=?", StringComparison.Ordinal) || decoded == text, "A plain value was changed.");
        BrokenRuleException.Unless(decoded is null || HeaderValue.Decode(Encode(decoded)) == decoded, "A decoded value does not survive.");
    }

    private static string Encode(string text) => $"=?base64?{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}?=";
}
