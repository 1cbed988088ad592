using System.Buffers.Text;
using System.Text;
using Platform.Api.Authentication.Tokens;

namespace Platform.Fuzz.Targets;

/// <summary>A token is read in one way or not at all. The input is a token's text, and also a header and claims, on two lines, of which one is made.</summary>
internal sealed class AccessTokenTarget
{
    public static void Run(byte[] input)
    {
        Judge(Encoding.UTF8.GetString(input));
        var line = Array.IndexOf(input, (byte)'\n');
        if (line >= 0)
        {
            Judge($"{Base64Url.EncodeToString(input.AsSpan(0, line))}.{Base64Url.EncodeToString(input.AsSpan(line + 1))}.AAAA");
        }
    }

    private static void Judge(string text)
    {
        if (JwtForm.Read(text) is not { } token)
        {
            return;
        }

        BrokenRuleException.Unless(text.StartsWith(Encoding.ASCII.GetString(token.SigningInput) + ".", StringComparison.Ordinal), "What is verified is not what was sent.");
        BrokenRuleException.Unless(
            text.EndsWith($".{Base64Url.EncodeToString(token.Claims)}.{Base64Url.EncodeToString(token.Signature)}", StringComparison.Ordinal), "The token has another spelling.");
        if (AccessTokenClaims.Read(token.Claims) is not { } claims)
        {
            return;
        }

        BrokenRuleException.Unless(claims is { Issuer.Length: > 0, Audience.Length: > 0, Subject.Length: > 0 }, "A claim that every token has is empty.");
        BrokenRuleException.Unless(!claims.IsCurrent(claims.ExpiresAt + TimeSpan.FromSeconds(30)), "A token is good after its end.");
        BrokenRuleException.Unless(!claims.IsCurrent(claims.IssuedAt + TimeSpan.FromHours(24) + TimeSpan.FromSeconds(30)), "A token is good for more than a day.");
    }
}
