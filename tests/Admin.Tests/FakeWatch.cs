using System.Text.Json.Nodes;

namespace Platform.Admin.Tests;

/// <summary>Alerts, limits and plans as REST has them, of the one tenant that a test looks at and of the platform.</summary>
public sealed class FakeWatch
{
    public List<JsonObject> Rules { get; } = [];

    public List<JsonObject> Alerts { get; } = [];

    public List<JsonObject> Plans { get; } = [];

    public List<JsonObject> Levels { get; } = [];

    /// <summary>An endpoint wants to hear of alerts.</summary>
    public bool HasListener { get; set; }

    public JsonObject Policy { get; set; } = [];

    public JsonObject? Plan { get; set; }

    /// <summary>Whether the day has a quota; the month has none.</summary>
    public bool HasQuota { get; set; } = true;

    public int Fired { get; set; } = 3;

    /// <param name="management">Answers of it from now on.</param>
    /// <param name="text">What people wrote.</param>
    public static FakeWatch In(FakeManagement management, string text = "a text")
    {
        var watch = new FakeWatch();
        watch.Rules.Add(Rule("auth-failures", "auth_failures_per_minute", 10, text));
        watch.Rules.Add(Rule("error-rate", "error_rate_percentage", 5, text));
        var own = Rule("own", "latency_p95_milliseconds", 800, text);
        (own["builtIn"], own["version"], own["minimumSample"], own["changedBy"], own["alert"]) = (false, 4, 20, text, text);
        own["silence"] = new JsonObject { ["until"] = "2099-01-01T00:00:00Z", ["reason"] = text, ["by"] = text };
        watch.Rules.Add(own);
        watch.Alerts.Add(Alert(2, "own", "firing", text));
        watch.Alerts.Add(Alert(1, "auth-failures", "resolved", text));
        watch.Plans.Add(PlanOf("gold", text));
        watch.Levels.Add(new() { ["limit"] = "tool", ["name"] = text, ["permitsPerMinute"] = 60, ["burst"] = 10, ["available"] = 4 });
        watch.Policy = new() { ["tenant"] = new JsonObject { ["permitsPerMinute"] = 600, ["burst"] = 100 }, ["tools"] = new JsonObject { ["memory_set"] = new JsonObject { ["cost"] = 5 } } };
        watch.Plan = (JsonObject)watch.Plans[0]["plan"]!.DeepClone();
        management.More.Add((method, path, body) => path switch
        {
            ["v1", "tenants", "acme", .. var rest] => watch.Owned(method, rest, body) ?? watch.OfTenant(method, rest, body),
            ["v1", "platform", .. var rest] => watch.Owned(method, rest, body),
            ["v1", "rate-limit-plans"] => FakeAnswer.Page(watch.Plans),
            ["v1", "rate-limit-plans", var name] => method == "DELETE" ? new FakeAnswer(204) : watch.Plans.Find(plan => (string?)plan["name"] == name) is { } plan ? new FakeAnswer(200, plan) : method == "PUT" ? new FakeAnswer(201, PlanOf(name, "")) : new FakeAnswer(404),
            _ => null,
        });
        return watch;
    }

    public static JsonObject PlanOf(string name, string description) => new()
    {
        ["name"] = name,
        ["version"] = 7,
        ["changedAt"] = "2026-11-20T10:00:00Z",
        ["changedBy"] = description,
        ["plan"] = new JsonObject
        {
            ["description"] = description, ["isDefault"] = true, ["key"] = new JsonObject { ["permitsPerMinute"] = 600, ["burst"] = 100 }, ["methods"] = new JsonObject { ["tools/call"] = new JsonObject { ["cost"] = 2 } },
        },
    };

    private FakeAnswer? Owned(string method, string[] path, JsonObject? body) => (method, path) switch
    {
        ("GET", ["alert-rules"]) => FakeAnswer.Page(Rules),
        ("GET", ["alerts"]) => FakeAnswer.Page(Alerts),
        ("GET", ["alert-metrics", _]) => new FakeAnswer(200, Series()),
        ("POST", ["alert-rules:backTest"]) => new FakeAnswer(200, new JsonObject
        {
            ["from"] = "2026-11-19T10:00:00Z", ["to"] = "2026-11-20T10:00:00Z", ["fired"] = Fired, ["exact"] = true,
            ["alerts"] = new JsonArray(new JsonObject { ["firedAt"] = "2026-11-19T12:00:00Z", ["value"] = 12, ["peak"] = 40 }),
        }),
        (_, ["alert-rules", var named]) => OfRule(method, named.Split(':'), body),
        _ => null,
    };

    private FakeAnswer OfRule(string method, string[] named, JsonObject? body) => (method, Rules.Find(rule => (string?)rule["name"] == named[0]), named.Length) switch
    {
        ("PUT", null, _) => new FakeAnswer(201, Rule(named[0], (string)body!["signal"]!, 1, "")),
        (_, null, _) => new FakeAnswer(404),
        ("DELETE", _, _) => new FakeAnswer(204),
        ("POST", _, 2) when named[1] == "test" => new FakeAnswer(200, new JsonObject { ["channels"] = new JsonArray(new JsonObject { ["channel"] = "log", ["delivered"] = true, ["failed"] = false }, new JsonObject { ["channel"] = "webhooks", ["delivered"] = HasListener, ["failed"] = false }) }),
        ("POST", _, 2) when named[1] == "resolve" => new FakeAnswer(200, Alert(2, named[0], "resolved", "")),
        (_, var rule, _) => new FakeAnswer(200, rule),
    };

    private FakeAnswer? OfTenant(string method, string[] path, JsonObject? body) => (method, path) switch
    {
        ("GET", ["rate-limits"]) or ("PUT", ["rate-limits"]) => new FakeAnswer(200, new JsonObject { ["policy"] = (method == "PUT" ? body! : Policy).DeepClone(), ["version"] = 3, ["warnings"] = new JsonArray() }),
        ("GET", ["rate-limits", "quota"]) => new FakeAnswer(200, new JsonObject
        {
            ["day"] = new JsonObject { ["limit"] = HasQuota ? 1000 : null, ["used"] = 850, ["resetsAt"] = "2099-01-01T00:00:00Z" },
            ["month"] = new JsonObject { ["limit"] = null, ["used"] = 1204, ["resetsAt"] = "2099-01-01T00:00:00Z" },
            ["days"] = new JsonArray(new JsonObject { ["day"] = DateTime.UtcNow.ToString("yyyy-MM-dd"), ["used"] = 850 }),
        }),
        ("GET", ["rate-limits", "usage"]) => new FakeAnswer(200, new JsonObject { ["items"] = new JsonArray([.. Levels.Select(level => level.DeepClone())]) }),
        (_, ["rate-limit-plan"]) => new FakeAnswer(200, new JsonObject { ["assigned"] = null, ["name"] = Plan is null ? null : "gold", ["plan"] = Plan?.DeepClone() }),
        _ => null,
    };

    private static JsonObject Rule(string name, string signal, int threshold, string text) => new()
    {
        ["name"] = name, ["signal"] = signal, ["threshold"] = threshold, ["windowSeconds"] = 60, ["resolveBelow"] = threshold, ["resolveAfterWindows"] = 2,
        ["enabled"] = true, ["description"] = text, ["builtIn"] = true, ["version"] = 0, ["value"] = 2,
    };

    private static JsonObject Alert(int number, string rule, string state, string text) => new()
    {
        ["number"] = number, ["id"] = "alert_" + number, ["rule"] = rule, ["signal"] = "auth_failures_per_minute", ["state"] = state, ["threshold"] = 10, ["windowSeconds"] = 60,
        ["value"] = 11, ["peak"] = 40, ["firedAt"] = "2026-11-20T10:00:00Z", ["resolvedAt"] = state == "firing" ? null : "2026-11-20T10:05:00Z", ["resolvedBy"] = state == "firing" ? null : text, ["told"] = false,
    };

    private static JsonObject Series() => new()
    {
        ["metric"] = "auth_failures_per_minute", ["from"] = "2026-11-20T09:00:00Z", ["to"] = "2026-11-20T10:00:00Z", ["stepSeconds"] = 60,
        ["points"] = new JsonArray(new JsonObject { ["at"] = "2026-11-20T09:00:00Z", ["value"] = 4, ["sample"] = 4 }, new JsonObject { ["at"] = "2026-11-20T09:01:00Z", ["value"] = null, ["sample"] = 0 }),
    };
}
