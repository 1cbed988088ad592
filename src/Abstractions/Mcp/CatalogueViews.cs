using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Abstractions.Mcp;

/// <summary>A tool of a tenant's MCP endpoint.</summary>
/// <param name="Name">As <c>tools/call</c> has it.</param>
/// <param name="Title">For people.</param>
/// <param name="Description">For people and models. A backend wrote it.</param>
/// <param name="InputSchema">JSON Schema 2020-12 of the arguments.</param>
/// <param name="OutputSchema">JSON Schema of the structured result; absent when it is free.</param>
/// <param name="ReadOnly">It says that it changes nothing; it also runs while the tenant is read-only.</param>
/// <param name="Destructive">It may overwrite or delete.</param>
public sealed record ToolView(
    string Name,
    string Title,
    string Description,
    [property: JsonConverter(typeof(RawJson))] JsonElement InputSchema,
    [property: JsonConverter(typeof(RawJson))] JsonElement? OutputSchema,
    bool ReadOnly,
    bool Destructive);

/// <summary>A prompt of a tenant's MCP endpoint.</summary>
public sealed record PromptView(string Name, string Title, string Description, IReadOnlyList<PromptArgumentView> Arguments);

/// <summary>A prompt's argument, which is always a text.</summary>
public sealed record PromptArgumentView(string Name, string Description, bool Required);

/// <summary>A family of resources of a tenant's MCP endpoint.</summary>
/// <param name="UriTemplate">RFC 6570.</param>
/// <param name="Name">Short.</param>
/// <param name="Title">For people.</param>
/// <param name="Description">For people and models.</param>
/// <param name="MimeType">Absent when they have several.</param>
public sealed record ResourceTemplateView(string UriTemplate, string Name, string Title, string Description, string? MimeType);
