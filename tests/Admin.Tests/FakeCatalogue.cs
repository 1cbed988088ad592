using System.Text.Json.Nodes;

namespace Platform.Admin.Tests;

/// <summary>What the endpoint of the one tenant serves, and one answer to whatever is sent to it.</summary>
public sealed class FakeCatalogue
{
    public List<JsonObject> Tools { get; } = [];

    public List<JsonObject> Prompts { get; } = [];

    public List<JsonObject> Templates { get; } = [];

    /// <summary>The JSON-RPC response to everything.</summary>
    public JsonObject Response { get; set; } = [];

    public string? Code { get; set; }

    /// <param name="management">Answers of it from now on.</param>
    /// <param name="text">What backends wrote.</param>
    public static FakeCatalogue In(FakeManagement management, string text = "a text")
    {
        var catalogue = new FakeCatalogue { Response = Answered(text) };
        catalogue.Tools.Add(Tool("echo", text, new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["message"] = new JsonObject { ["type"] = "string", ["description"] = text } }, ["required"] = new JsonArray("message") }));
        catalogue.Tools.Add(Tool("many", text, new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                [text] = new JsonObject { ["type"] = "string", ["default"] = text },
                ["choice"] = new JsonObject { ["enum"] = new JsonArray(text, 2, null) },
                ["count"] = new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 9 },
                ["flag"] = new JsonObject { ["type"] = "boolean" },
                ["list"] = new JsonObject { ["type"] = "array" },
            },
        }));
        catalogue.Tools.Add(Tool(text, text, new JsonObject { ["oneOf"] = new JsonArray() }));
        catalogue.Prompts.Add(new JsonObject { ["name"] = "sum", ["title"] = text, ["description"] = text, ["arguments"] = new JsonArray(new JsonObject { ["name"] = text, ["description"] = text, ["required"] = true }) });
        catalogue.Templates.Add(new JsonObject { ["uriTemplate"] = "memory://{key}", ["name"] = text, ["title"] = text, ["description"] = text });
        management.More.Insert(0, catalogue.Answer);
        return catalogue;
    }

    public static JsonObject Tool(string name, string text, JsonObject schema) => new()
    {
        ["name"] = name, ["title"] = text, ["description"] = text, ["inputSchema"] = schema, ["outputSchema"] = new JsonObject { ["title"] = text }, ["readOnly"] = name == "echo", ["destructive"] = name != "echo",
    };

    public static JsonObject Answered(string text, bool isError = false) =>
        new() { ["jsonrpc"] = "2.0", ["id"] = 1, ["result"] = new JsonObject { ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text }), ["isError"] = isError } };

    private FakeAnswer? Answer(string method, string[] path, JsonObject? body) => (method, path) switch
    {
        ("GET", ["v1", "tenants", "acme", "tools"]) => FakeAnswer.Page(Tools),
        ("GET", ["v1", "tenants", "acme", "prompts"]) => FakeAnswer.Page(Prompts),
        ("GET", ["v1", "tenants", "acme", "resource-templates"]) => FakeAnswer.Page(Templates),
        ("POST", ["v1", "tenants", "acme", "mcp:send"]) => new FakeAnswer(200, new JsonObject
        {
            ["request"] = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = body!["method"]!.DeepClone(), ["params"] = body["params"]?.DeepClone() },
            ["response"] = Response.DeepClone(), ["status"] = Code is null ? 200 : 403, ["code"] = Code,
        }),
        _ => null,
    };
}
