using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Api.Mcp.Prompts;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>prompts/list</c>: the prompts the caller may use.</summary>
internal sealed class PromptsList(BuiltInPrompts prompts) : IMcpMethod
{
    public string Name => "prompts/list";

    public AuditClass Class => AuditClass.ResourceAccess;

    public bool Serves(McpEra era) => true;

    public Result<Needed?> Permission(McpMessage message) => new Needed("prompts", "read", null);

    public ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel) =>
        ValueTask.FromResult<Result<McpResult>>(request.Message.Cursor is null
            ? new List([.. prompts.All.Where(prompt => request.May("prompts", "read", prompt.Name))])
            : Problem.InvalidParams("The cursor is not valid."));

    private sealed class List(PromptDefinition[] prompts) : McpResult
    {
        public override int? TtlMs => 300_000;

        public override void Write(Utf8JsonWriter writer, McpEra era)
        {
            writer.WriteStartArray("prompts"u8);
            foreach (var prompt in prompts)
            {
                writer.WriteStartObject();
                writer.WriteString("name"u8, prompt.Name);
                writer.WriteString("title"u8, prompt.Title);
                writer.WriteString("description"u8, prompt.Description);
                writer.WriteStartArray("arguments"u8);
                foreach (var argument in prompt.Arguments)
                {
                    writer.WriteStartObject();
                    writer.WriteString("name"u8, argument.Name);
                    writer.WriteString("description"u8, argument.Description);
                    writer.WriteBoolean("required"u8, argument.Required);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }
    }
}
