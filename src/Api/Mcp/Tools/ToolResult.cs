using System.Text.Json;
using Platform.Abstractions.Problems;

namespace Platform.Api.Mcp.Tools;

/// <summary>What a tool answers. A failure of the tool itself is a result with <c>isError</c>, for the model to read and mend.</summary>
internal sealed class ToolResult : McpResult
{
    private readonly string _text;
    private readonly Action<Utf8JsonWriter>? _structured;

    private ToolResult(string text, Action<Utf8JsonWriter>? structured, ProblemCode? fault) => (_text, _structured, Fault) = (text, structured, fault);

    /// <summary>Why the tool failed; null when it did not.</summary>
    public ProblemCode? Fault { get; }

    public static ToolResult Text(string text, Action<Utf8JsonWriter>? structured = null) => new(text, structured, null);

    public static ToolResult Failed(Problem problem) => new(problem.Detail, null, problem.Code);

    public override void Write(Utf8JsonWriter writer, McpEra era)
    {
        writer.WriteStartArray("content"u8);
        writer.WriteStartObject();
        writer.WriteString("type"u8, "text"u8);
        writer.WriteString("text"u8, _text);
        writer.WriteEndObject();
        writer.WriteEndArray();
        if (_structured is not null)
        {
            writer.WriteStartObject("structuredContent"u8);
            _structured(writer);
            writer.WriteEndObject();
        }

        writer.WriteBoolean("isError"u8, Fault is not null);
    }
}
