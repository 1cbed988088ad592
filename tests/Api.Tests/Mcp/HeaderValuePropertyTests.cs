using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Platform.Api.Mcp;

namespace Platform.Api.Tests.Mcp;

/// <summary>The sentinel of MCP 2026-07-28, Streamable HTTP, Value Encoding: encoding and decoding lose nothing, and nothing else is decoded.</summary>
[Trait("Control", "IN-7")]
public sealed partial class HeaderValuePropertyTests
{
    private static readonly Gen<string> Value = Gen.OneOf(
        Gen.String,
        Gen.String[Gen.Char[' ', '~'], 0, 40],
        Gen.Int[0, 0x10FFFF].Where(Rune.IsValid).Select(point => new Rune(point).ToString()).Array[0, 20].Select(string.Concat));

    private static readonly Gen<string> Header = Gen.OneOf(
        Value,
        Gen.String[Gen.Char["=?base64AQwZ+/ \t\n"], 0, 24],
        Gen.String[Gen.Char["ABCDwxyz0189+/= -_"], 0, 16].Select(encoded => $"=?base64?{encoded}?="),
        Gen.Byte.Array[0, 20].Select(bytes => $"=?base64?{Convert.ToBase64String(bytes)}?="));

    [Fact]
    public void Whatever_is_encoded_decodes_to_itself() =>
        Value.Where(IsText).Sample(value => HeaderValue.Decode(Encode(value)) == value, iter: 50_000);

    [Fact]
    public void A_plain_value_is_itself() =>
        Gen.String[Gen.Char[' ', '~'], 0, 40].Where(value => !value.StartsWith("=?", StringComparison.Ordinal)).Sample(value => HeaderValue.Decode(value) == value, iter: 50_000);

    [Fact]
    public void What_is_decoded_is_what_a_slow_reference_decodes() => Header.Sample(header => HeaderValue.Decode(header) == Slow(header), iter: 100_000);

    private static string Encode(string value) => $"=?base64?{Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}?=";

    private static bool IsText(string value) => value.EnumerateRunes().All(rune => rune != Rune.ReplacementChar);

    private static string? Slow(string header)
    {
        if (header.Any(c => c is not ('\t' or (>= ' ' and <= '~'))))
        {
            return null;
        }

        if (Sentinel().Match(header) is not { Success: true } match)
        {
            return header;
        }

        var encoded = match.Groups["text"].Value;
        if (!Base64().IsMatch(encoded))
        {
            return null;
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(encoded));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\A=\?base64\?(?<text>[\s\S]*)\?=\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Sentinel();

    [GeneratedRegex(@"\A([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Base64();
}
