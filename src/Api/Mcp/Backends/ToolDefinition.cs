using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Platform.Api.Validation.Schema;

namespace Platform.Api.Mcp.Backends;

/// <summary>A tool as it is registered. A schema that the validator cannot enforce entirely is refused here, never ignored.</summary>
internal sealed class ToolDefinition
{
    /// <exception cref="InvalidOperationException">A schema is refused; the message says why.</exception>
    public ToolDefinition(string name, string title, string description, ReadOnlySpan<byte> inputSchema, bool readOnly, bool destructive = false)
        : this(name, title, description, Compile(name, inputSchema, out var headers), Compact(inputSchema), headers) =>
        (ReadOnly, Destructive) = (readOnly, destructive);

    private ToolDefinition(string name, string title, string description, CompiledSchema schema, byte[] inputSchema, ParameterHeader[] headers) =>
        (Name, Title, Description, Schema, InputSchema, Headers) = (name, title, description, schema, inputSchema, headers);

    public string Name { get; }

    public string Title { get; }

    public string Description { get; }

    /// <summary>The schema as clients see it.</summary>
    public byte[] InputSchema { get; }

    public CompiledSchema Schema { get; }

    /// <summary>Arguments that clients of 2026-07-28 repeat in headers.</summary>
    public ParameterHeader[] Headers { get; }

    public bool ReadOnly { get; }

    public bool Destructive { get; }

    public TaskSupport Tasks { get; init; }

    /// <summary>What <c>structuredContent</c> must satisfy, as JSON; null when it is free.</summary>
    /// <exception cref="InvalidOperationException">The schema is refused; the message says why.</exception>
    public byte[]? OutputSchema
    {
        get;
        init
        {
            Output = value is null ? null : Compile(Name, value, out _);
            field = value is null ? null : Compact(value);
        }
    }

    public CompiledSchema? Output { get; private init; }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, Name);
        writer.WriteString("title"u8, SafeText.Of(Title));
        writer.WriteString("description"u8, SafeText.Of(Description));
        writer.WritePropertyName("inputSchema"u8);
        writer.WriteRawValue(InputSchema);
        if (OutputSchema is not null)
        {
            writer.WritePropertyName("outputSchema"u8);
            writer.WriteRawValue(OutputSchema);
        }

        writer.WriteStartObject("annotations"u8);
        writer.WriteBoolean("readOnlyHint"u8, ReadOnly);
        writer.WriteBoolean("destructiveHint"u8, Destructive);
        writer.WriteBoolean("openWorldHint"u8, false);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Compiles a tool's schema, or says in one sentence why it is refused.</summary>
    public static bool TryCompile(ReadOnlySpan<byte> json, [NotNullWhen(true)] out CompiledSchema? schema, out ParameterHeader[] headers, out string refusal)
    {
        headers = [];
        if (!SchemaCompiler.TryCompile(json, out schema, out var fault))
        {
            refusal = fault.ToString() ?? "";
            return false;
        }

        if (!ParameterHeader.TryReadAll(json, out headers, out refusal))
        {
            schema = null;
            return false;
        }

        return true;
    }

    private static CompiledSchema Compile(string name, ReadOnlySpan<byte> json, out ParameterHeader[] headers) =>
        TryCompile(json, out var schema, out headers, out var refusal) ? schema : throw new InvalidOperationException($"A schema of the tool '{name}' is refused: {refusal}");

    // Source text is laid out for people; what goes out is one line.
    private static byte[] Compact(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        return JsonSerializer.SerializeToUtf8Bytes(document.RootElement);
    }
}
