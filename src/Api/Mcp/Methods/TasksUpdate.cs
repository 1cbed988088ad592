using Platform.Abstractions.Audit;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp.Backends;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>tasks/update</c> (io.modelcontextprotocol/tasks): answers to what a task asked.</summary>
internal sealed class TasksUpdate(TenantGrains grains) : IMcpMethod
{
    public string Name => "tasks/update";

    public AuditClass Class => AuditClass.ToolExecution;

    public bool Serves(McpEra era) => era == McpEra.Modern;

    public string? Target(McpMessage message) => message.TaskId;

    public Result<Needed?> Permission(TenantView tenant, McpMessage message) =>
        TaskAccess.Of(message) is var access && access.Problem is null && message.InputResponses.IsEmpty
            ? Problem.InvalidParams("params.inputResponses is missing.")
            : access;

    public async ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel)
    {
        McpInput[] responses = [.. InputResponses.Read(request.Message.InputResponses).All.Select(response => new McpInput(response.Key, response.Value.ToArray()))];
        var refused = await grains.For(request.Tenant.Id).Get<IMcpTaskGrain>(request.Message.TaskId!).UpdateAsync(responses, request.Caller.Caller);
        return refused is null ? EmptyResult.Instance : refused;
    }
}
