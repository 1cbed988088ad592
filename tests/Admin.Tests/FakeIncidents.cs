using System.Text.Json.Nodes;

namespace Platform.Admin.Tests;

/// <summary>Incidents as REST has them, of the one tenant that a test looks at and of the platform.</summary>
public sealed class FakeIncidents
{
    public const string Id = "inc_0193a1b2c3d47e8f9a0b1c2d3e4f5a6b";
    public const string Alert = "alert_0193a1b2c3d47e8f9a0b1c2d3e4f5a6b";

    public JsonObject Incident { get; private init; } = [];

    public List<JsonObject> Timeline { get; } = [];

    /// <summary>Whether the next request to contain does all that it names.</summary>
    public bool Complete { get; set; } = true;

    /// <param name="management">Answers of it from now on.</param>
    /// <param name="text">What people wrote.</param>
    public static FakeIncidents In(FakeManagement management, string text = "a text")
    {
        var fake = new FakeIncidents { Incident = Whole(text) };
        fake.Timeline.Add(Entry(1, "status", text, "Opened as detected."));
        fake.Timeline.Add(Entry(2, "note", text, text));
        var action = Entry(3, "action", text, null);
        (action["action"], action["target"], action["outcome"]) = ("tenants/suspend", text, "permission-denied");
        fake.Timeline.Add(action);
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
        ("GET", ["incidents"]) => FakeAnswer.Page([Incident]),
        ("POST", ["incidents"]) => body!["title"] is null && body["alerts"] is null ? FakeAnswer.Invalid("title", "Say what happened.") : new FakeAnswer(201, Incident),
        ("GET", ["incidents", Id, "timeline"]) => FakeAnswer.Page(Timeline),
        ("POST", ["incidents", Id, "timeline"]) => (string?)body!["text"] is "" or null ? FakeAnswer.Invalid("text", "Write at most 1000 characters.") : new FakeAnswer(200, Entry(9, "note", "me", (string?)body["text"])),
        ("POST", ["incidents", Id + ":contain"]) => new FakeAnswer(200, new JsonObject { ["complete"] = Complete, ["steps"] = new JsonArray(), ["incident"] = Incident.DeepClone() }),
        ("POST", ["incidents", Id + ":exportEvidence"]) => new FakeAnswer(200, new JsonObject { ["evidence"] = true }),
        ("POST", ["incidents", Id + ":close"]) => (string?)body!["lessons"] is null ? FakeAnswer.Invalid("lessons", "Say what was learnt.") : new FakeAnswer(200, Incident),
        (_, ["incidents", var named]) => named.StartsWith(Id, StringComparison.Ordinal) ? new FakeAnswer(200, Incident) : new FakeAnswer(404),
        _ => null,
    };

    private static JsonObject Whole(string text) => new()
    {
        ["id"] = Id, ["title"] = text, ["description"] = text, ["severity"] = "high", ["status"] = "detected", ["owner"] = text, ["startedAt"] = "2026-11-20T10:00:30Z", ["openedAt"] = "2026-11-20T10:05:00Z",
        ["openedBy"] = text, ["lessons"] = text, ["falseAlarm"] = false, ["alerts"] = new JsonArray(Alert), ["events"] = new JsonArray("0193a1b2-c3d4-7e8f-9a0b-1c2d3e4f5a6b"), ["entries"] = 3, ["omitted"] = 2, ["version"] = 4,
        ["containment"] = new JsonArray(
            new JsonObject { ["step"] = "suspendTenant", ["outcome"] = "failed", ["at"] = "2026-11-20T10:06:00Z", ["problem"] = text },
            new JsonObject { ["step"] = "blockPrincipal", ["target"] = text, ["outcome"] = "done", ["at"] = "2026-11-20T10:06:00Z" },
            new JsonObject { ["step"] = "readOnly", ["tenant"] = text, ["outcome"] = "pending" }),
    };

    private static JsonObject Entry(int number, string kind, string by, string? text) => new()
    {
        ["number"] = number, ["kind"] = kind, ["at"] = "2026-11-20T10:05:00Z", ["by"] = by, ["text"] = text,
    };
}
