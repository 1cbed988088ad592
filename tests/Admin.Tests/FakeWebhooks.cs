using System.Text.Json.Nodes;

namespace Platform.Admin.Tests;

/// <summary>Webhooks as REST has them, of the one tenant that a test looks at and of the platform.</summary>
public sealed class FakeWebhooks
{
    public const string Id = "wh_0123456789abcdef";
    public const string Failing = "wh_failing000000000";
    public const string Disabled = "wh_disabled00000000";
    public const string Message = "msg_0193a1b2c3d47e8f9a0b1c2d3e4f5a6b";
    public const string Secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    public List<JsonObject> Webhooks { get; } = [];

    public List<JsonObject> Deliveries { get; } = [];

    /// <summary>Whether the receiver takes a test.</summary>
    public bool Reached { get; set; } = true;

    /// <summary>What REST answers to the next change.</summary>
    public FakeAnswer? Changed { get; set; }

    /// <param name="management">Answers of it from now on.</param>
    /// <param name="text">What people wrote.</param>
    public static FakeWebhooks In(FakeManagement management, string text = "a text")
    {
        var fake = new FakeWebhooks();
        var url = text == "a text" ? "https://hooks.example.com/very-secret-path" : text;
        fake.Webhooks.Add(Webhook(Id, url, text));
        var failing = Webhook(Failing, url, text);
        (failing["failingSince"], failing["previousSecretUntil"], failing["auditSequence"], failing["auditBehind"]) = ("2026-11-20T10:00:00Z", "2099-01-01T00:00:00Z", 40, 1234);
        fake.Webhooks.Add(failing);
        var disabled = Webhook(Disabled, url, text);
        (disabled["disabled"], disabled["disabledReason"]) = (true, "failing");
        fake.Webhooks.Add(disabled);
        fake.Deliveries.Add(Delivery(3, Message, "failed", text, canRedeliver: true));
        fake.Deliveries.Add(Delivery(2, "msg_waiting", "waiting", text));
        fake.Deliveries.Add(Delivery(1, "msg_dropped", "dropped", text));
        management.More.Add((method, path, body) => path switch
        {
            ["v1", "tenants", "acme", .. var rest] => fake.Answer(method, rest, body),
            ["v1", "platform", .. var rest] => fake.Answer(method, rest, body),
            _ => null,
        });
        return fake;
    }

    private FakeAnswer? Answer(string method, string[] path, JsonObject? body) => (method, path) switch
    {
        ("GET", ["webhooks"]) => FakeAnswer.Page(Webhooks),
        ("POST", ["webhooks"]) => Changed ?? new FakeAnswer(201, Made()),
        ("GET", ["webhooks", var id]) => Webhooks.Find(webhook => (string?)webhook["id"] == id) is { } found ? new FakeAnswer(200, found) : new FakeAnswer(404),
        ("PUT", ["webhooks", _]) => Changed ?? new FakeAnswer(200, Webhooks[0]),
        ("DELETE", ["webhooks", _]) => Changed ?? new FakeAnswer(204),
        ("POST", ["webhooks", var verb]) => Changed ?? (verb.EndsWith(":rotateSecret", StringComparison.Ordinal) ? new FakeAnswer(200, Made())
            : verb.EndsWith(":test", StringComparison.Ordinal) ? new FakeAnswer(200, Delivery(0, Message, Reached ? "delivered" : "failed", null))
            : new FakeAnswer(200, Webhooks[0])),
        ("GET", ["webhooks", _, "deliveries"]) => FakeAnswer.Page(Deliveries),
        ("POST", ["webhooks", _, "deliveries", _]) => Changed ?? new FakeAnswer(200, Deliveries[0]),
        _ => null,
    };

    private JsonObject Made() => new() { ["webhook"] = Webhooks[0].DeepClone(), ["secret"] = Secret };

    private static JsonObject Webhook(string id, string url, string text) => new()
    {
        ["id"] = id, ["url"] = url, ["eventTypes"] = new JsonArray("alert.fired", text == "a text" ? "audit.*" : text), ["description"] = text, ["disabled"] = false, ["version"] = 7, ["createdAt"] = "2026-11-20T10:00:00Z", ["createdBy"] = text,
        ["waiting"] = 12, ["lastDeliveredAt"] = "2026-11-20T10:00:00Z", ["dropped"] = 3,
    };

    private static JsonObject Delivery(long number, string id, string state, string? text, bool canRedeliver = false) => new()
    {
        ["number"] = number, ["id"] = id, ["type"] = text ?? "webhook.test", ["at"] = "2026-11-20T10:00:00Z", ["state"] = state, ["nextAttemptAt"] = state == "waiting" ? "2099-01-01T00:00:00Z" : null, ["canRedeliver"] = canRedeliver,
        ["fromSequence"] = state == "dropped" ? 41 : null, ["toSequence"] = state == "dropped" ? 47 : null,
        ["attempts"] = state == "dropped" ? [] : new JsonArray(
            new JsonObject { ["at"] = "2026-11-20T10:00:00Z", ["durationMs"] = 15000, ["error"] = text ?? "timeout" },
            new JsonObject { ["at"] = "2026-11-20T10:00:05Z", ["durationMs"] = 120, ["status"] = state == "delivered" ? 204 : 503 }),
    };
}
