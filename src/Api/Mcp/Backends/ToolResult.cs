using System.Text.Json;
using Platform.Abstractions.Problems;

namespace Platform.Api.Mcp.Backends;

/// <summary>What a tool answers. A failure of the tool itself is a result with <c>isError</c>, for the model to read and mend.</summary>
internal sealed class ToolResult : McpResult
{
    private readonly string? _text;
    private readonly IReadOnlyList<ContentBlock> _content;
    private readonly Action<Utf8JsonWriter>? _structured;

    private ToolResult(string? text, IReadOnlyList<ContentBlock> content, Action<Utf8JsonWriter>? structured, ProblemCode? fault) =>
        (_text, _content, _structured, Fault) = (text, content, structured, fault);

    /// <summary>Why the tool failed; null when it did not.</summary>
    public override ProblemCode? Fault { get; }

    /// <param name="text">The answer.</param>
    /// <param name="structured">Writes the members of <c>structuredContent</c>.</param>
    public static ToolResult Text(string text, Action<Utf8JsonWriter>? structured = null) => new(text, [], structured, null);

    public static ToolResult Of(params IReadOnlyList<ContentBlock> content) => new(null, content, null, null);

    public static ToolResult Of(ContentBlock content, Action<Utf8JsonWriter> structured) => new(null, [content], structured, null);

    public static ToolResult Failed(Problem problem) => new(problem.Detail, [], null, problem.Code);

    /// <summary>The tool ran and says itself that it failed.</summary>
    public static ToolResult Failed(string text) => new(text, [], null, ProblemCode.UpstreamFailed);

    /// <summary><c>structuredContent</c> as it will be sent; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Structured()
    {
        if (_structured is null)
        {
            return default;
        }

        using var body = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            _structured(writer);
            writer.WriteEndObject();
        }

        return body.Written.ToArray();
    }

    public override void Write(Utf8JsonWriter writer, McpEra era)
    {
        writer.WriteStartArray("content"u8);
        if (_text is not null)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "text"u8);
            writer.WriteString("text"u8, SafeText.Of(_text));
            writer.WriteEndObject();
        }

        foreach (var block in _content)
        {
            block.Write(writer);
        }

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
