using System.Text.Json.Nodes;

namespace Platform.Admin.Tests;

/// <summary>A tenant's policies, its retention and its end, as REST has them.</summary>
public sealed class FakeSettings
{
    public const string Hold = "hold0001";

    public List<JsonObject> Holds { get; } = [];

    public string SecondFactor { get; private set; } = "recommended";

    /// <summary>The configuration of the platform asks it of everybody, whatever is chosen.</summary>
    public bool Strict { get; set; }

    /// <summary>Whether somebody else was faster.</summary>
    public bool Stale { get; set; }

    /// <param name="management">Answers of it from now on.</param>
    /// <param name="text">What comes from outside.</param>
    public static FakeSettings In(FakeManagement management, string text = "case 7")
    {
        var fake = new FakeSettings();
        fake.Holds.Add(new JsonObject { ["id"] = Hold, ["reason"] = text, ["by"] = text, ["byPlatform"] = false, ["since"] = "2026-11-20T10:00:00Z" });
        management.More.Add((method, path, body) => path switch
        {
            ["v1", "tenants", "acme"] when method == "PATCH" => fake.Stale ? new FakeAnswer(412)
                : body!["displayName"]?.ToString() is "bad" ? FakeAnswer.Invalid("displayName", "Use another.")
                : new FakeAnswer(200, management.Tenants[0].DeepClone().AsObject()),
            ["v1", "tenants", "acme"] when method == "DELETE" => new FakeAnswer(202, new JsonObject { ["operation"] = Work(), ["purgeAt"] = "2099-01-01T00:00:00Z", ["consequences"] = new JsonArray(text) }),
            ["v1", "tenants", "acme:restore"] => new FakeAnswer(200, management.Tenants[0].DeepClone().AsObject()),
            ["v1", "tenants", "acme:purge"] => new FakeAnswer(202, Work()),
            ["v1", "tenants", "_sys", "login-policy"] => fake.Answer(method, "login-policy", "", body),
            ["v1", "tenants", "acme", var setting, ..] => fake.Answer(method, setting, path[^1], body),
            _ => null,
        });
        return fake;
    }

    private FakeAnswer? Answer(string method, string setting, string last, JsonObject? body) => (method, setting) switch
    {
        ("PUT", "key-policy" or "login-policy" or "guest-access" or "audit-retention") when Stale => new FakeAnswer(412),
        ("PUT", "key-policy") when (int?)body!["maxLifeDays"] == 0 => FakeAnswer.Invalid("maxLifeDays", "Choose 1 to 3650."),
        (_, "key-policy") => new FakeAnswer(200, new JsonObject { ["maxLifeDays"] = 90 }),
        ("PUT", "login-policy") => new FakeAnswer(200, new JsonObject { ["secondFactor"] = SecondFactor = Strict ? "everyone" : (string)body!["secondFactor"]! }),
        (_, "login-policy") => new FakeAnswer(200, new JsonObject { ["secondFactor"] = SecondFactor }),
        (_, "guest-access") => new FakeAnswer(200, new JsonObject { ["enabled"] = true }),
        (_, "audit-retention") => new FakeAnswer(200, Retention()),
        ("POST", "audit-holds") when last == "audit-holds" => string.IsNullOrEmpty((string?)body!["reason"]) ? FakeAnswer.Invalid("reason", "Say why.") : new FakeAnswer(201, Holds[0].DeepClone().AsObject()),
        ("POST", "audit-holds") => new FakeAnswer(200, Holds[0].DeepClone().AsObject()),
        _ => null,
    };

    private JsonObject Retention() => new()
    {
        ["days"] = 120,
        ["leastDays"] = 90,
        ["prunedThrough"] = 0,
        ["holds"] = new JsonArray([.. Holds.Select(hold => hold.DeepClone())]),
    };

    private static JsonObject Work() => new()
    {
        ["id"] = FakeOperations.Purge,
        ["kind"] = "tenants/purge",
        ["tenant"] = "aaaaaaaaaaaaaaaa",
        ["state"] = "waiting",
        ["target"] = "acme",
        ["requestedBy"] = "usr_admin",
        ["createdAt"] = "2026-11-20T10:00:00Z",
        ["steps"] = new JsonArray(),
    };
}
