using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Api.Mcp.Tasks;

namespace Platform.Api.Mcp.Methods;

/// <summary>Who may ask about a task: a client that knows tasks and names one. That it is its own, the task's grain sees to.</summary>
internal static class TaskAccess
{
    public static Result<Needed?> Of(McpMessage message)
    {
        if (!message.Features.HasFlag(ClientFeatures.Tasks))
        {
            return new MissingFeatures(ClientFeatures.Tasks);
        }

        // What cannot be an id activates nothing.
        return TaskRunner.IsId(message.TaskId) ? new Needed("tools", "call", null) : Problem.InvalidParams("Task not found");
    }
}
