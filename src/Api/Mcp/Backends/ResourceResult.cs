using System.Text.Json;

namespace Platform.Api.Mcp.Backends;

/// <summary>A resource as lists show it.</summary>
internal sealed record ResourceDefinition(string Uri, string Name, string? MimeType, long? Size = null, DateTimeOffset? LastModified = null, string? Description = null)
{
    /// <summary>How much it matters to a model, 0 to 1.</summary>
    public double? Priority { get; init; }

    public ResourceLife? Life { get; init; }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("uri"u8, Uri);
        writer.WriteString("name"u8, SafeText.Of(Name));
        if (Description is not null)
        {
            writer.WriteString("description"u8, SafeText.Of(Description));
        }

        if (MimeType is not null)
        {
            writer.WriteString("mimeType"u8, SafeText.Of(MimeType));
        }

        if (Size is { } size)
        {
            writer.WriteNumber("size"u8, size);
        }

        if (LastModified is not null || Priority is not null)
        {
            WriteAnnotations(writer);
        }

        Life?.Write(writer);
        writer.WriteEndObject();
    }

    private void WriteAnnotations(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("annotations"u8);
        if (Priority is { } priority)
        {
            writer.WriteNumber("priority"u8, priority);
        }

        if (LastModified is { } modified)
        {
            writer.WriteString("lastModified"u8, modified.UtcDateTime);
        }

        writer.WriteEndObject();
    }
}

/// <summary>A page of a backend's resources.</summary>
/// <param name="Resources">At most as many as were asked for.</param>
/// <param name="Next">Where to go on, in the backend's own words; null on its last page.</param>
internal sealed record ResourcePage(IReadOnlyList<ResourceDefinition> Resources, string? Next)
{
    public static ResourcePage Empty { get; } = new([], null);
}

/// <summary>A family of resources, as an RFC 6570 template.</summary>
internal sealed record TemplateDefinition(string UriTemplate, string Name, string Title, string Description, string? MimeType = null)
{
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("uriTemplate"u8, UriTemplate);
        writer.WriteString("name"u8, SafeText.Of(Name));
        writer.WriteString("title"u8, SafeText.Of(Title));
        writer.WriteString("description"u8, SafeText.Of(Description));
        if (MimeType is not null)
        {
            writer.WriteString("mimeType"u8, MimeType);
        }

        writer.WriteEndObject();
    }
}

/// <summary>What <c>resources/read</c> answers.</summary>
internal sealed class ResourceResult(params IReadOnlyList<ResourceBody> contents) : McpResult
{
    // It may change or expire at any moment.
    public override int? TtlMs => 0;

    public override void Write(Utf8JsonWriter writer, McpEra era)
    {
        writer.WriteStartArray("contents"u8);
        foreach (var body in contents)
        {
            body.Write(writer);
        }

        writer.WriteEndArray();
    }
}
