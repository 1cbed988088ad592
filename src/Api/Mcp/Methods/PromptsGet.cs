using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp.Backends;
using Platform.Api.Mcp.Inputs;
using Platform.Api.Validation;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>prompts/get</c>.</summary>
internal sealed class PromptsGet(McpCatalogues catalogues, InputRounds rounds) : IMcpMethod
{
    public string Name => "prompts/get";

    public AuditClass Class => AuditClass.ResourceAccess;

    public bool KeepsTime => true;

    public bool Serves(McpEra era) => true;

    public bool OnlyReads(TenantView tenant, McpMessage message) => true;

    public string? Target(McpMessage message) => message.Name;

    public Result<Needed?> Permission(TenantView tenant, McpMessage message) =>
        message.Name is { Length: > 0 } name ? new Needed("prompts", "read", name) : Problem.InvalidParams("params.name is missing.");

    public ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel)
    {
        if (!catalogues.For(request.Tenant).TryFindPrompt(request.Message.Name!, out var prompt, out var backend))
        {
            return ValueTask.FromResult<Result<McpResult>>(Problem.InvalidParams("Unknown prompt."));
        }

        foreach (var argument in prompt.Arguments)
        {
            if (argument.Required && JsonMember.Text(request.Message.Arguments.Span, System.Text.Encoding.UTF8.GetBytes(argument.Name)) is null)
            {
                return ValueTask.FromResult<Result<McpResult>>(Problem.InvalidParams($"The argument '{argument.Name}' must be a string."));
            }
        }

        return rounds.RunAsync(request, backend, BackendOperation.GetPrompt, prompt.Name, cancel);
    }
}
