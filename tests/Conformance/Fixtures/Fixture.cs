using Platform.Api.Validation;
using System.Text;
using Platform.Abstractions.Problems;
using Platform.Api.Mcp;
using Platform.Api.Mcp.Backends;

namespace Platform.Conformance.Fixtures;

/// <summary>What the fixtures have in common: names as the suite wants them, without a prefix.</summary>
internal static class Fixture
{
    private const string NoArguments = """{"type":"object","properties":{}}""";

    public static ToolDefinition Tool(string name, string description, string schema = NoArguments, TaskSupport tasks = TaskSupport.None) =>
        new(name, name, description, Encoding.UTF8.GetBytes(schema), readOnly: true) { Tasks = tasks };

    public static Result<McpResult> Text(string text) => ToolResult.Text(text);

    /// <summary>A string argument; empty when it is not there.</summary>
    public static string Argument(BackendCall call, string name) => JsonMember.Text(call.Arguments.Span, Encoding.UTF8.GetBytes(name)) ?? "";

    public static string Member(ReadOnlyMemory<byte> json, string name) => JsonMember.Text(json.Span, Encoding.UTF8.GetBytes(name)) ?? "";

    public static ReadOnlyMemory<byte> Content(ReadOnlyMemory<byte> answer) =>
        JsonMember.TryFind(answer.Span, "content"u8, out var content) ? content.ToArray() : "{}"u8.ToArray();
}
