using System.Text.Json;
using Platform.Api.Validation.Schema;

namespace Platform.Api.Mcp.Tools;

/// <summary>A tool as it is registered. A schema that the validator cannot enforce entirely is refused here, never ignored.</summary>
internal sealed class ToolDefinition
{
    public ToolDefinition(string name, string title, string description, ReadOnlySpan<byte> inputSchema, bool readOnly, bool destructive = false)
    {
        if (!SchemaCompiler.TryCompile(inputSchema, out var schema, out var fault))
        {
            throw new InvalidOperationException($"The input schema of the tool '{name}' is refused: {fault}");
        }

        (Name, Title, Description, ReadOnly, Destructive) = (name, title, description, readOnly, destructive);
        InputSchema = Compact(inputSchema);
        Schema = schema;
    }

    public string Name { get; }

    public string Title { get; }

    public string Description { get; }

    /// <summary>The schema as clients see it.</summary>
    public byte[] InputSchema { get; }

    public CompiledSchema Schema { get; }

    public bool ReadOnly { get; }

    public bool Destructive { get; }

    // Source text is laid out for people; what goes out is one line.
    private static byte[] Compact(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        return JsonSerializer.SerializeToUtf8Bytes(document.RootElement);
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, Name);
        writer.WriteString("title"u8, Title);
        writer.WriteString("description"u8, Description);
        writer.WritePropertyName("inputSchema"u8);
        writer.WriteRawValue(InputSchema);
        writer.WriteStartObject("annotations"u8);
        writer.WriteBoolean("readOnlyHint"u8, ReadOnly);
        writer.WriteBoolean("destructiveHint"u8, Destructive);
        writer.WriteBoolean("openWorldHint"u8, false);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
