using Platform.Abstractions.Audit;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp.Tasks;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>tasks/get</c> (io.modelcontextprotocol/tasks).</summary>
internal sealed class TasksGet(TenantGrains grains) : IMcpMethod
{
    public string Name => "tasks/get";

    public AuditClass Class => AuditClass.ToolExecution;

    public bool Serves(McpEra era) => era == McpEra.Modern;

    public bool OnlyReads(TenantView tenant, McpMessage message) => true;

    public string? Target(McpMessage message) => message.TaskId;

    public Result<Needed?> Permission(TenantView tenant, McpMessage message) => TaskAccess.Of(message);

    public async ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel) =>
        (await grains.For(request.Tenant.Id).Get<IMcpTaskGrain>(request.Message.TaskId!).GetAsync(request.Caller.Caller)).Try(out var task, out var missing)
            ? new TaskState(task)
            : missing;
}
