using System.Text.Json.Nodes;

namespace Platform.Admin.Tests;

/// <summary>Identity providers as REST has them, of the one tenant that a test looks at.</summary>
public sealed class FakeProviders
{
    public const string Id = "idp_0123456789ab";
    public const string TokensOnly = "idp_tokens000000";
    public const string Issuer = "https://login.example.com";
    public const string Redirect = "https://console.example.com/sign-in/callback/acme/0123456789abcdef0123456789abcdef";

    public List<JsonObject> Providers { get; } = [];

    /// <summary>What the test of a provider finds wrong with its keys.</summary>
    public string? Fault { get; set; }

    /// <summary>What REST answers to the next change.</summary>
    public FakeAnswer? Changed { get; set; }

    /// <param name="management">Answers of it from now on.</param>
    /// <param name="text">What people wrote.</param>
    public static FakeProviders In(FakeManagement management, string text = "a text")
    {
        var fake = new FakeProviders();
        fake.Providers.Add(Provider(Id, text, signIn: true));
        fake.Providers.Add(Provider(TokensOnly, text, signIn: false));
        management.More.Add((method, path, body) => path is ["v1", "tenants", "acme", .. var rest] ? fake.Answer(method, rest, body) : null);
        return fake;
    }

    private FakeAnswer? Answer(string method, string[] path, JsonObject? body) => (method, path) switch
    {
        ("GET", ["identity-providers"]) => FakeAnswer.Page(Providers),
        ("POST", ["identity-providers"]) => Changed ?? new FakeAnswer(201, Providers[0]),
        ("GET", ["identity-providers", var id]) => Providers.Find(provider => (string?)provider["id"] == id) is { } found ? new FakeAnswer(200, found) : new FakeAnswer(404),
        ("PUT", ["identity-providers", _]) => Changed ?? new FakeAnswer(200, Providers[0]),
        ("DELETE", ["identity-providers", _]) => Changed ?? new FakeAnswer(204),
        ("POST", ["identity-providers", _]) => Changed ?? new FakeAnswer(200, new JsonObject
        {
            ["at"] = "2026-11-20T10:00:00Z", ["passed"] = Fault is null,
            ["steps"] = new JsonArray(new JsonObject { ["name"] = "discovery", ["passed"] = true }, new JsonObject { ["name"] = "keys", ["fault"] = Fault, ["passed"] = Fault is null }),
        }),
        _ => null,
    };

    private static JsonObject Provider(string id, string text, bool signIn) => new()
    {
        ["id"] = id, ["issuer"] = text == "a text" ? Issuer : text, ["audience"] = text, ["algorithms"] = new JsonArray("RS256", "ES256"), ["tokenType"] = "at+jwt", ["version"] = 7, ["rulesVersion"] = 2,
        ["rules"] = new JsonArray(new JsonObject { ["claim"] = "groups", ["value"] = text, ["roles"] = new JsonArray("admin", "user") }, new JsonObject { ["claim"] = text, ["value"] = "staff", ["roles"] = new JsonArray("user") }),
        ["createdAt"] = "2026-11-20T10:00:00Z", ["createdBy"] = text, ["changedAt"] = "2026-11-21T10:00:00Z", ["changedBy"] = text,
        ["signIn"] = signIn ? new JsonObject { ["clientId"] = text, ["confidential"] = true, ["name"] = text == "a text" ? "Example login" : text, ["redirectUri"] = Redirect } : null,
    };
}
