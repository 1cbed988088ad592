using System.Text.Json.Nodes;

namespace Platform.Admin.Tests;

/// <summary>How the platform is, as REST tells operators.</summary>
public sealed class FakeOperations
{
    public const string Purge = "purge-0123456789abcdef";

    public List<JsonObject> Silos { get; } = [];

    public List<JsonObject> Work { get; } = [];

    public List<JsonObject> Findings { get; } = [];

    public JsonObject Audit { get; private init; } = [];

    /// <summary>Whether the caller may ask.</summary>
    public bool Allowed { get; set; } = true;

    /// <summary>Whether the storage can be asked.</summary>
    public bool Stores { get; set; } = true;

    /// <param name="management">Answers of it from now on.</param>
    /// <param name="text">What comes from outside.</param>
    public static FakeOperations In(FakeManagement management, string text = "a text")
    {
        var fake = new FakeOperations
        {
            Audit = new()
            {
                ["checkpointAt"] = "2026-11-20T10:00:00Z", ["findings"] = 0, ["witnesses"] = new JsonArray(new JsonObject { ["name"] = text }, new JsonObject { ["name"] = "http", ["behindSince"] = "2026-11-20T10:00:00Z" }),
                ["sinks"] = new JsonArray(Sink(text, "ok", 0), Sink("syslog", "failing", 1200), Sink("otlp", "standby", 0)),
            },
        };
        fake.Silos.Add(Silo(text, "active", new() { ["grains"] = 1200, ["cpuPercentage"] = 12.5, ["memoryBytes"] = 536_870_912, ["memoryLimit"] = 2_147_483_648, ["isOverloaded"] = false }));
        fake.Silos.Add(Silo("silent", "active", null));
        fake.Silos.Add(Silo("old", "dead", null));
        fake.Work.Add(Operation(Purge, "running", text, text));
        fake.Work.Add(Operation("purge-waiting000000000", "waiting", text, null));
        fake.Findings.Add(new() { ["id"] = "0193a1b2-c3d4-7e8f-9a0b-1c2d3e4f5a6b", ["tenant"] = text, ["shard"] = "0", ["sequence"] = 42, ["fault"] = text, ["by"] = text, ["at"] = "2026-11-20T10:00:00Z" });
        management.More.Add((method, path, _) => method == "GET" ? fake.Answer(path, text) : null);
        return fake;
    }

    private FakeAnswer? Answer(string[] path, string text) => path switch
    {
        ["v1", "platform", "silos" or "grains" or "storage" or "audit-health"] when !Allowed => new FakeAnswer(403),
        ["v1", "platform", "silos"] => FakeAnswer.Page(Silos),
        ["v1", "platform", "grains"] => FakeAnswer.Page([new() { ["kind"] = text, ["count"] = 900, ["silos"] = 2 }, new() { ["kind"] = "Key", ["count"] = 300, ["silos"] = 1 }]),
        ["v1", "platform", "storage"] => !Stores ? new FakeAnswer(503) : new FakeAnswer(200, new JsonObject
        {
            ["kind"] = "sqlite", ["bytes"] = 5_242_880, ["diskFree"] = 1_073_741_824, ["diskSize"] = 10_737_418_240,
            ["stores"] = new JsonArray(new JsonObject { ["name"] = "grains.db", ["bytes"] = 4_194_304 }, new JsonObject { ["name"] = text, ["bytes"] = 1_048_576 }),
        }),
        ["v1", "platform", "audit-health"] => new FakeAnswer(200, Audit),
        ["v1", "audit-findings"] => FakeAnswer.Page(Findings),
        ["v1", "operations"] => FakeAnswer.Page(Work),
        ["v1", "operations", var id] => Work.Find(work => (string?)work["id"] == id) is { } found ? new FakeAnswer(200, found) : new FakeAnswer(404),
        _ => null,
    };

    private static JsonObject Silo(string name, string state, JsonObject? load) => new() { ["name"] = name, ["address"] = "127.0.0.1:11111@123", ["state"] = state, ["startedAt"] = "2026-11-20T10:00:00Z", ["seenAt"] = "2026-11-20T10:00:00Z", ["load"] = load };

    private static JsonObject Sink(string name, string state, int behind) => new() { ["name"] = name, ["state"] = state, ["behind"] = behind, ["oldest"] = behind > 0 ? "2026-11-20T10:00:00Z" : null };

    private static JsonObject Operation(string id, string state, string text, string? failing) => new()
    {
        ["id"] = id, ["kind"] = failing is null ? "tenants/purge" : text, ["state"] = state, ["tenant"] = "aaaaaaaaaaaaaaaa", ["target"] = text, ["requestedBy"] = text, ["createdAt"] = "2026-11-20T10:00:00Z", ["startsAt"] = "2026-12-20T10:00:00Z", ["failing"] = failing,
        ["steps"] = new JsonArray(new JsonObject { ["name"] = "keys", ["doneAt"] = "2026-11-20T10:00:00Z" }, new JsonObject { ["name"] = text }),
    };
}
