using System.Text.Json;

namespace Platform.Api.Mcp.Backends;

/// <summary>A prompt's argument.</summary>
internal sealed record PromptArgument(string Name, string Description, bool Required);

/// <summary>A prompt as lists show it.</summary>
internal sealed record PromptDefinition(string Name, string Title, string Description, PromptArgument[] Arguments)
{
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, Name);
        writer.WriteString("title"u8, SafeText.Of(Title));
        writer.WriteString("description"u8, SafeText.Of(Description));
        writer.WriteStartArray("arguments"u8);
        foreach (var argument in Arguments)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, argument.Name);
            writer.WriteString("description"u8, SafeText.Of(argument.Description));
            writer.WriteBoolean("required"u8, argument.Required);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}

/// <summary>A prompt, rendered as messages of the user.</summary>
internal sealed class PromptResult(params IReadOnlyList<ContentBlock> messages) : McpResult
{
    public override void Write(Utf8JsonWriter writer, McpEra era)
    {
        writer.WriteStartArray("messages"u8);
        foreach (var message in messages)
        {
            writer.WriteStartObject();
            writer.WriteString("role"u8, "user"u8);
            writer.WritePropertyName("content"u8);
            message.Write(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
