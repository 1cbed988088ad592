using System.Text.Json.Nodes;

namespace Platform.Admin.Tests;

/// <summary>Resources as REST has them, of the one tenant that a test looks at.</summary>
public sealed class FakeResources
{
    public List<JsonObject> Memory { get; } = [];

    public List<JsonObject> Files { get; } = [];

    public List<JsonObject> Hosts { get; } = [];

    /// <summary>What REST answers to the next write of a value or a file.</summary>
    public int Written { get; set; } = 201;

    /// <param name="management">Answers of it from now on.</param>
    /// <param name="text">What people wrote; a part of what the rules let them write is fixed.</param>
    public static FakeResources In(FakeManagement management, string text = "a text")
    {
        var fake = new FakeResources();
        fake.Memory.Add(new() { ["key"] = "Plan", ["mimeType"] = text, ["size"] = 4096, ["updatedAt"] = "2026-11-20T10:00:00Z", ["createdAt"] = "2026-11-20T10:00:00Z", ["expiresAt"] = "2099-01-01T00:00:00Z", ["version"] = 1764403200123456, ["isBinary"] = false });
        fake.Memory.Add(new() { ["key"] = "Planet", ["mimeType"] = "application/octet-stream", ["size"] = 3, ["updatedAt"] = "2026-11-20T10:00:00Z", ["createdAt"] = "2026-11-20T10:00:00Z", ["expiresAt"] = DateTimeOffset.UtcNow.AddMinutes(2).ToString("O"), ["version"] = 5, ["isBinary"] = true });
        fake.Files.Add(File("public/report.md", text, served: true));
        fake.Files.Add(File(text, text, served: false));
        fake.Hosts.Add(new() { ["host"] = "docs.example.com", ["pathPrefix"] = text, ["contentTypes"] = new JsonArray(text), ["maxBytes"] = 1000, ["version"] = 7, ["changedAt"] = "2026-11-20T10:00:00Z", ["changedBy"] = text });
        management.More.Add((method, path, _) => path is ["v1", "tenants", "acme", "resources", .. var rest] ? fake.Answer(method, rest, text) : null);
        return fake;
    }

    private FakeAnswer? Answer(string method, string[] path, string text) => (method, path) switch
    {
        ("GET", ["memory"]) => FakeAnswer.Page(Memory),
        ("GET", ["memory:usage"]) => new FakeAnswer(200, new JsonObject { ["bytes"] = 4659, ["limit"] = 52_428_800, ["count"] = 2, ["countLimit"] = 250_000 }),
        ("GET", ["memory", "Plan"]) => new FakeAnswer(200, new JsonObject { ["value"] = text }),
        ("PUT", ["memory", _]) => Written >= 400 ? new FakeAnswer(Written) : new FakeAnswer(201, Memory[0]),
        ("POST", ["memory", "Plan:extend"]) => new FakeAnswer(200, Memory[0]),
        ("POST", ["memory", "Plan:expire"]) or ("DELETE", ["memory", "Plan"]) => new FakeAnswer(204),
        ("GET", ["files"]) => FakeAnswer.Page(Files),
        ("GET", ["files:usage"]) => new FakeAnswer(200, new JsonObject { ["bytes"] = 1000, ["limit"] = 1_073_741_824, ["count"] = 2, ["maxCount"] = 10_000 }),
        ("GET", ["files", "public", "report.md"]) => new FakeAnswer(200, new JsonObject { ["content"] = text }),
        ("PUT", ["files", ..]) => Written >= 400 ? new FakeAnswer(Written) : new FakeAnswer(201, Files[0]),
        ("DELETE", ["files", ..]) => new FakeAnswer(204),
        ("GET", ["https-hosts"]) => FakeAnswer.Page(Hosts),
        (_, ["https-hosts", var host]) => method == "PUT" ? new FakeAnswer(201, Hosts[0]) : host != "docs.example.com" ? new FakeAnswer(404) : method == "DELETE" ? new FakeAnswer(204) : new FakeAnswer(200, Hosts[0]),
        _ => null,
    };

    private static JsonObject File(string path, string type, bool served) => new()
    {
        ["path"] = path, ["mimeType"] = type, ["size"] = 5_000_000, ["sha256"] = new string('a', 64), ["modifiedAt"] = "2026-11-20T10:00:00Z", ["version"] = 12, ["isUtf8"] = true, ["isServed"] = served,
    };
}
