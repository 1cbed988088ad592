using System.Text.Json.Nodes;

namespace Platform.Admin.Tests;

/// <summary>Clients of a tenant's authorization server as REST has them, of the one tenant that a test looks at.</summary>
public sealed class FakeOAuthClients
{
    public const string Machine = "oc_machine0000000000000";
    public const string Editor = "oc_editor00000000000000";
    public const string Document = "https://client.example/mcp/client.json";
    public const string Secret = "mcpo_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg";

    public List<JsonObject> Clients { get; } = [];

    /// <param name="management">Answers of it from now on.</param>
    /// <param name="text">What people wrote.</param>
    public static FakeOAuthClients In(FakeManagement management, string text = "a text")
    {
        var fake = new FakeOAuthClients();
        fake.Clients.Add(Client(Machine, text, "confidential", text, [text]));
        fake.Clients.Add(Client(Editor, text, "public", null, null, "http://127.0.0.1/callback", text));
        var document = Client(Document, text, "public", null, null, text);
        document["fromMetadata"] = true;
        fake.Clients.Add(document);
        management.More.Add((method, path, body) => path is ["v1", "tenants", "acme", .. var rest] ? fake.Answer(method, rest, body) : null);
        return fake;
    }

    private FakeAnswer? Answer(string method, string[] path, JsonObject? body) => (method, path) switch
    {
        ("GET", ["oauth-clients"]) => FakeAnswer.Page(Clients),
        ("POST", ["oauth-clients"]) => Register(body!),
        ("POST", ["oauth-clients", var rotated]) => Find(rotated.Split(":rotate")[0]) is { } found ? Issued(found) : new FakeAnswer(404),
        ("DELETE", ["oauth-clients", var id]) => Find(id) is { } gone && Clients.Remove(gone) ? new FakeAnswer(204) : new FakeAnswer(404),
        ("PATCH", ["oauth-clients", var id]) => Change(Find(id), body!),
        ("GET", ["oauth-clients", var id]) => Find(id) is { } shown ? new FakeAnswer(200, shown) : new FakeAnswer(404),
        _ => null,
    };

    // As the server does, this one leaves escaped slashes as they are.
    private JsonObject? Find(string segment) => Clients.Find(client => (string?)client["id"] == Uri.UnescapeDataString(segment));

    private FakeAnswer Register(JsonObject body)
    {
        if (body["redirectUris"]!.AsArray().Any(uri => (string?)uri == "http://app.example/"))
        {
            return FakeAnswer.Invalid("redirectUris[0]", "Write an absolute URI: https, or http on loopback.");
        }

        var made = Client("oc_new", (string)body["name"]!, (string)body["kind"]!, (string?)body["principal"], body["scopes"]?.AsArray().Select(scope => (string)scope!).ToArray());
        made["redirectUris"] = body["redirectUris"]!.DeepClone();
        Clients.Add(made);
        return (string?)body["kind"] == "public" ? new FakeAnswer(201, new JsonObject { ["client"] = made.DeepClone() }) : Issued(made);
    }

    private static FakeAnswer Change(JsonObject? client, JsonObject body)
    {
        if (client is null || body["redirectUris"]!.AsArray().Any(uri => (string?)uri == "http://app.example/"))
        {
            return client is null ? new FakeAnswer(404) : FakeAnswer.Invalid("redirectUris[0]", "Write an absolute URI: https, or http on loopback.");
        }

        (client["name"], client["redirectUris"]) = (body["name"]!.DeepClone(), body["redirectUris"]!.DeepClone());
        return new FakeAnswer(200, client);
    }

    private static FakeAnswer Issued(JsonObject client) => new(200, new JsonObject { ["client"] = client.DeepClone(), ["secret"] = Secret });

    private static JsonObject Client(string id, string name, string kind, string? principal, string[]? scopes, params string[] redirects) => new()
    {
        ["id"] = id, ["name"] = name, ["kind"] = kind, ["redirectUris"] = Texts(redirects), ["principal"] = principal, ["scopes"] = scopes is null ? null : Texts(scopes),
        ["defaultResource"] = principal is null, ["fromMetadata"] = false, ["createdAt"] = "2026-11-20T10:00:00Z", ["createdBy"] = name,
    };

    private static JsonArray Texts(string[] texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
