using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Authentication.Tokens;

/// <summary>Tokens that the ring did not sign, or not like this (AU-1).</summary>
[Trait("Control", "AU-1")]
public sealed class TokenForgeryTests(Product product) : IAsyncLifetime
{
    private string _honest = "";
    private string[] _parts = [];
    private string _kid = "";
    private JsonElement _jwk;

    public async ValueTask InitializeAsync()
    {
        _honest = await product.Lab.Sign(TokenClaims.Honest(product.Lab, TimeProvider.System.GetUtcNow()));
        _parts = _honest.Split('.');
        _kid = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(_parts[0])).GetProperty("kid").GetString()!;
        var set = (await product.Platform.Get(new Uri(product.Platform.McpUrl, $"/t/{product.Lab.Slug}/oauth/jwks"))).Json;
        _jwk = set.GetProperty("keys").EnumerateArray().Single(key => key.GetProperty("kid").GetString() == _kid);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("nOnE")]
    [InlineData("NONE")]
    [InlineData("")]
    public async Task A_token_without_a_signature_is_refused(string algorithm)
    {
        var header = Header(("alg", algorithm), ("kid", _kid), ("typ", "at+jwt"));

        await RefusedAsync($"{header}.{_parts[1]}.");
        await RefusedAsync($"{header}.{_parts[1]}.{_parts[2]}");
        await RefusedAsync($"{header}.{_parts[1]}");
    }

    [Theory]
    [InlineData("HS256")]
    [InlineData("HS384")]
    [InlineData("HS512")]
    public async Task The_public_key_is_no_secret_to_sign_with(string algorithm)
    {
        using var key = RSA.Create(new RSAParameters
        {
            Modulus = Base64Url.DecodeFromChars(_jwk.GetProperty("n").GetString()), Exponent = Base64Url.DecodeFromChars(_jwk.GetProperty("e").GetString()),
        });
        var input = $"{Header(("alg", algorithm), ("kid", _kid), ("typ", "at+jwt"))}.{_parts[1]}";
        byte[][] secrets =
        [
            Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem() + "\n"),
            key.ExportSubjectPublicKeyInfo(), key.ExportRSAPublicKey(), Encoding.UTF8.GetBytes(_jwk.GetRawText()), Base64Url.DecodeFromChars(_jwk.GetProperty("n").GetString()), [],
        ];

        foreach (var secret in secrets)
        {
            await RefusedAsync($"{input}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input)))}");
        }
    }

    [Theory]
    [InlineData("PS256")]
    [InlineData("ES256")]
    [InlineData("RS384")]
    [InlineData("rs256")]
    [InlineData("RSA1_5")]
    public async Task A_key_is_used_with_its_own_algorithm_only(string algorithm) =>
        await RefusedAsync($"{Header(("alg", algorithm), ("kid", _kid), ("typ", "at+jwt"))}.{_parts[1]}.{_parts[2]}");

    [Theory]
    [InlineData("../../../../dev/null")]
    [InlineData("' OR 1=1 --")]
    [InlineData("https://evil.example/jwks")]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("0000000000000000")]
    [InlineData("KID ")]
    [InlineData("KID\u0000")]
    [InlineData("sig-tenant-KID")]
    public async Task A_made_up_key_id_finds_nothing(string kid)
    {
        using var mine = RSA.Create(2048);

        await RefusedAsync(Sign(mine, Header(("alg", "RS256"), ("kid", kid.Replace("KID", _kid, StringComparison.Ordinal)), ("typ", "at+jwt"))));
    }

    [Theory]
    [InlineData("jku", "\"https://evil.example/jwks\"")]
    [InlineData("x5u", "\"https://evil.example/cert\"")]
    [InlineData("x5c", "[\"AAAA\"]")]
    [InlineData("jwk", "JWK")]
    [InlineData("crit", "[\"exp\"]")]
    [InlineData("b64", "false")]
    [InlineData("zip", "\"DEF\"")]
    [InlineData("cty", "\"JWT\"")]
    [InlineData("unknown", "1")]
    public async Task A_header_that_brings_a_key_or_anything_else_is_refused(string name, string value)
    {
        using var mine = RSA.Create(2048);
        var jwk = $$"""{"kty":"RSA","n":"{{Base64Url.EncodeToString(mine.ExportParameters(false).Modulus)}}","e":"AQAB"}""";
        var header = $$"""{"alg":"RS256","kid":"{{_kid}}","typ":"at+jwt","{{name}}":{{value.Replace("JWK", jwk, StringComparison.Ordinal)}}}""";

        await RefusedAsync(Sign(mine, Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))));
    }

    [Theory]
    [InlineData("""{"alg":"none","alg":"RS256","kid":"KID","typ":"at+jwt"}""")]
    [InlineData("""{"alg":"RS256","kid":"KID","kid":"KID","typ":"at+jwt"}""")]
    [InlineData("""{"alg":"RS256","kid":"KID"}""")]
    [InlineData("""{"alg":"RS256","typ":"at+jwt"}""")]
    [InlineData("""{"kid":"KID","typ":"at+jwt"}""")]
    [InlineData("""{"alg":["RS256"],"kid":"KID","typ":"at+jwt"}""")]
    [InlineData("""["alg"]""")]
    [InlineData("""{"alg":"RS256","kid":"KID","typ":"at+jwt"} """ + "{}")]
    [InlineData("not json")]
    public async Task A_header_that_is_not_exactly_one_is_refused(string header) =>
        await RefusedAsync($"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.Replace("KID", _kid, StringComparison.Ordinal)))}.{_parts[1]}.{_parts[2]}");

    [Fact]
    public async Task A_token_that_somebody_else_signed_is_refused()
    {
        using var rsa = RSA.Create(3072);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var input = $"{Header(("alg", "ES256"), ("kid", _kid), ("typ", "at+jwt"))}.{_parts[1]}";

        await RefusedAsync(Sign(rsa, _parts[0]));
        await RefusedAsync($"{input}.{Base64Url.EncodeToString(curve.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256))}");
        await RefusedAsync($"{input}.{Base64Url.EncodeToString(new byte[64])}");
    }

    [Fact]
    public async Task Claims_that_were_changed_after_signing_are_refused()
    {
        var claims = TokenClaims.Honest(product.Lab, TimeProvider.System.GetUtcNow(), "*").ToJsonString();

        await RefusedAsync($"{_parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.{_parts[2]}");
    }

    [Fact]
    public async Task One_token_has_one_spelling()
    {
        Assert.Equal(200, (await product.Lab.With(_honest).CallTool()).Status);
        string[] spellings =
        [
            _honest + "=", _honest + ".", "." + _honest, _honest.Replace(".", "..", StringComparison.Ordinal), $"{_parts[0]}=.{_parts[1]}.{_parts[2]}",
            $"{_parts[0]}.{_parts[1]} .{_parts[2]}", $"{_parts[0]}.{_parts[1]}.{_parts[2]}.{_parts[2]}.{_parts[2]}", $"{_parts[0]}.{_parts[1]}.{_parts[2][..^1]}", $"{_parts[0]}.{_parts[1]}.",
            _honest.Replace('-', '+').Replace('_', '/') + "+",
        ];

        foreach (var spelling in spellings)
        {
            await RefusedAsync(spelling);
        }
    }

    [Theory]
    [InlineData(8 * 1024)]
    [InlineData(16 * 1024)]
    public async Task A_token_of_many_bytes_is_refused_unread(int bytes) => await RefusedAsync($"{_parts[0]}.{new string('A', bytes)}.{_parts[2]}");

    private static string Header(params (string Name, string Value)[] members) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(members.ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal)));

    private string Sign(RSA key, string header)
    {
        var input = $"{header}.{_parts[1]}";
        return $"{input}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private async Task RefusedAsync(string token) => Assert.Equal(401, (await product.Lab.With(token).CallTool()).Status);
}
