using System.Text.Json.Nodes;

namespace Platform.Api.OpenApi;

/// <summary>One operation of the description, as the pages show it.</summary>
internal sealed record ReferenceOperation(string Method, string Path, JsonObject Written)
{
    public string Id => (string)Written["operationId"]!;

    public string Tag => (string)Written["tags"]![0]!;

    public string Summary => (string)Written["summary"]!;

    /// <summary>Unique on the page of the tag.</summary>
    public string Anchor => Id[(Id.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
