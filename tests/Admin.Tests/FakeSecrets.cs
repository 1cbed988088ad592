using System.Text.Json.Nodes;

namespace Platform.Admin.Tests;

/// <summary>Secrets as REST lists them, of the one tenant that a test looks at and of the platform.</summary>
public sealed class FakeSecrets
{
    public const string Webhook = "webhook-t000000000000000-0123456789abcdef-1";

    public List<JsonObject> Secrets { get; } = [];

    /// <param name="management">Answers of it from now on.</param>
    /// <param name="text">What uses them, and what the vault calls versions.</param>
    public static FakeSecrets In(FakeManagement management, string text = "a text")
    {
        var fake = new FakeSecrets();
        fake.Secrets.Add(Secret(Webhook, "webhook", "kept", FakeWebhooks.Id, Version(text), Version("1")));
        fake.Secrets.Add(Secret("sig-t000000000000000-aaaaaaaaaaaaaaaa", "signing-key", "missing", text));
        fake.Secrets.Add(Secret(text, "identity-provider", "leaving", text, Version("1")));
        fake.Secrets.Add(Secret("otlp", "setting", "kept", text, Version("2", enabled: false)));
        fake.Secrets.Add(Secret("old", "platform", "kept", text, Version("3", ends: "2020-01-01T00:00:00Z")));
        management.More.Add((method, path, _) => (method, path) is ("GET", ["v1", "tenants", "acme", "secrets"] or ["v1", "platform", "secrets"]) ? FakeAnswer.Page(fake.Secrets) : null);
        return fake;
    }

    private static JsonObject Secret(string name, string use, string state, string usedBy, params JsonObject[] versions) => new()
    {
        ["name"] = name, ["use"] = use, ["state"] = state, ["usedBy"] = new JsonArray(usedBy), ["versionCount"] = versions.Length, ["versions"] = new JsonArray([.. versions]),
    };

    private static JsonObject Version(string id, bool enabled = true, string? ends = null) => new() { ["id"] = id, ["createdAt"] = "2026-11-20T10:00:00Z", ["enabled"] = enabled, ["expiresAt"] = ends };
}
