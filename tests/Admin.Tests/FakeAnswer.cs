using System.Text.Json.Nodes;

namespace Platform.Admin.Tests;

/// <summary>What a slice's part of <see cref="FakeManagement"/> answers.</summary>
public sealed record FakeAnswer(int Status, JsonObject? Body = null)
{
    /// <summary>Answered page by page instead of the body.</summary>
    public List<JsonObject>? List { get; init; }

    /// <summary>Its ETag.</summary>
    public string? Version { get; init; }

    /// <summary>Messages by field, for a refusal.</summary>
    public JsonObject? Errors { get; init; }

    /// <summary>The permission whose want is the reason of a refusal.</summary>
    public string? Lacks { get; init; }

    public static FakeAnswer Page(List<JsonObject> items) => new(200) { List = items };

    public static FakeAnswer Invalid(string field, string message) => new(400) { Errors = new JsonObject { [field] = new JsonArray(message) } };

    public static FakeAnswer Denied(string permission) => new(403) { Lacks = permission };
}
