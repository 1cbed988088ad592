using Platform.Abstractions.Audit;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>tasks/cancel</c> (io.modelcontextprotocol/tasks).</summary>
internal sealed class TasksCancel(TenantGrains grains) : IMcpMethod
{
    public string Name => "tasks/cancel";

    public AuditClass Class => AuditClass.ToolExecution;

    public bool Serves(McpEra era) => era == McpEra.Modern;

    // To stop work is no change that read-only mode is there to keep out.
    public bool OnlyReads(TenantView tenant, McpMessage message) => true;

    public string? Target(McpMessage message) => message.TaskId;

    public Result<Needed?> Permission(TenantView tenant, McpMessage message) => TaskAccess.Of(message);

    public async ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel)
    {
        var refused = await grains.For(request.Tenant.Id).Get<IMcpTaskGrain>(request.Message.TaskId!).CancelAsync(request.Caller.Caller);
        return refused is null ? EmptyResult.Instance : refused;
    }
}
