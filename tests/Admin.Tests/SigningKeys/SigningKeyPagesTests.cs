using System.Net;
using System.Text.Json.Nodes;

namespace Platform.Admin.Tests.SigningKeys;

public sealed class SigningKeyPagesTests
{
    private const string Path = "/tenants/acme/signing-keys";

    [Fact]
    [Trait("Control", "AU-4")]
    public async Task Keys_are_listed_with_what_verifiers_see_of_them()
    {
        await using var console = await WithRingAsync();
        var page = await console.OpenAsync(Path);
        Assert.Equal(["Signs", "Disabled"], page.QuerySelectorAll("tbody .pill").Select(pill => pill.TextContent.Trim()));
        var jwks = JsonNode.Parse(page.QuerySelector("pre code")!.TextContent)!["keys"]!.AsArray();
        Assert.Equal("aaaaaaaaaaaaaaaa", (string?)Assert.Single(jwks)!["kid"]);
    }

    [Fact]
    [Trait("Control", "AU-4")]
    public async Task Rotating_prepares_the_next_key_of_the_algorithm()
    {
        await using var console = await WithRingAsync();
        using var rotated = await console.SubmitAsync(Path, "rotate-signing", ("algorithm", "ES256"));
        Assert.Equal(Path + "?done=rotated", rotated.Headers.Location!.ToString());
        Assert.Equal("ES256", (string?)console.Management.Bodies[^1]["algorithm"]);
    }

    [Fact]
    public async Task A_refused_algorithm_is_told_at_its_field()
    {
        await using var console = await WithRingAsync();
        using var refused = await console.SubmitAsync(Path, "rotate-signing", ("algorithm", "none"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("Choose RS256", (await ConsoleApplication.ReadAsync(refused)).GetElementById("f-algorithm-error")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Control", "IR-2")]
    public async Task Replacing_every_key_needs_the_slug_typed()
    {
        await using var console = await WithRingAsync();
        using var wrong = await console.SubmitAsync(Path + "/emergency", "emergency-rotate", ("confirm", "acne"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.DoesNotContain("POST /v1/tenants/acme/signing-keys:emergencyRotate", console.Management.Asked);
        using var right = await console.SubmitAsync(Path + "/emergency", "emergency-rotate", ("confirm", "acme"));
        Assert.Equal(Path + "?done=emergency", right.Headers.Location!.ToString());
    }

    private static async Task<ConsoleApplication> WithRingAsync()
    {
        var console = await ConsoleApplication.SignedInAsync();
        List<JsonObject> ring = [Key("aaaaaaaaaaaaaaaa", "active"), Key("bbbbbbbbbbbbbbbb", "disabled")];
        console.Management.More.Add((method, path, body) => (method, path) switch
        {
            ("GET", ["v1", "tenants", "acme", "signing-keys"]) => FakeAnswer.Page(ring),
            ("POST", ["v1", "tenants", "acme", "signing-keys:rotate"]) => (string?)body!["algorithm"] == "none" ? FakeAnswer.Invalid("algorithm", "Choose RS256, PS256 or ES256.") : new FakeAnswer(200, ring[0]),
            ("POST", ["v1", "tenants", "acme", "signing-keys:emergencyRotate"]) => FakeAnswer.Page(ring),
            _ => null,
        });
        return console;
    }

    private static JsonObject Key(string kid, string status) => new()
    {
        ["kid"] = kid,
        ["algorithm"] = "RS256",
        ["status"] = status,
        ["jwk"] = new JsonObject { ["kty"] = "RSA", ["n"] = "AQAB", ["e"] = "AQAB" },
        ["createdAt"] = "2026-11-02T08:00:00Z",
        ["notBefore"] = "2026-11-02T08:00:00Z",
    };
}
