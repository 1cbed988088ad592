using System.Text.Json.Nodes;

namespace Platform.Admin.Tests;

/// <summary>Client certificates as REST has them, of the one tenant that a test looks at.</summary>
public sealed class FakeCertificates
{
    public const string One = "crt_one000000000";
    public const string OfAuthority = "crt_authority000";
    public static readonly string Print = new('a', 64);

    public List<JsonObject> Items { get; } = [];

    /// <param name="management">Answers of it from now on.</param>
    /// <param name="text">What people wrote.</param>
    public static FakeCertificates In(FakeManagement management, string text = "a text")
    {
        var fake = new FakeCertificates();
        fake.Items.Add(Item(One, text, new JsonObject { ["thumbprint"] = Print }));
        fake.Items.Add(Item(OfAuthority, text, new JsonObject { ["authority"] = Print, ["subject"] = new JsonObject { ["kind"] = "uri", ["value"] = text }, ["revocationListUntil"] = "2026-11-01T10:00:00Z" }));
        management.More.Add((method, path, body) => path is ["v1", "tenants", "acme", "client-certificates", .. var rest] ? fake.Answer(method, rest, body) : null);
        return fake;
    }

    private FakeAnswer? Answer(string method, string[] path, JsonObject? body) => (method, path) switch
    {
        ("GET", []) => FakeAnswer.Page(Items),
        ("POST", []) => Register(body!),
        ("DELETE", [var id]) => Items.RemoveAll(item => (string?)item["id"] == id) == 1 ? new FakeAnswer(204) : new FakeAnswer(404),
        ("PUT", [_, "revocation-list"]) when (string?)body!["revocationList"] == "old" => FakeAnswer.Invalid("revocationList", "The list is older than the one that is kept."),
        ("PUT", [var id, "revocation-list"]) => Items.Find(item => (string?)item["id"] == id) is { } found ? new FakeAnswer(200, found) : new FakeAnswer(404),
        _ => null,
    };

    private FakeAnswer Register(JsonObject body)
    {
        if ((string?)body["principal"] == "svc_nobody")
        {
            return new FakeAnswer(404);
        }

        if (((string?)body["thumbprint"])?.Length is not (null or 64))
        {
            return FakeAnswer.Invalid("thumbprint", "Write the SHA-256 of the certificate (DER) as 64 hex digits.");
        }

        var made = Item("crt_new000000000", (string)body["name"]!, []);
        (made["principal"], made["thumbprint"], made["expiresAt"]) = (body["principal"]!.DeepClone(), body["thumbprint"]?.DeepClone(), body["expiresAt"]?.DeepClone());
        Items.Insert(0, made);
        return new FakeAnswer(201, made);
    }

    private static JsonObject Item(string id, string text, JsonObject known)
    {
        var item = new JsonObject { ["id"] = id, ["name"] = text, ["principal"] = text, ["createdAt"] = "2026-11-20T10:00:00Z", ["createdBy"] = text };
        foreach (var (name, value) in known)
        {
            item[name] = value?.DeepClone();
        }

        return item;
    }
}
