using System.Text.Json;
using Platform.Abstractions.Mcp;

namespace Platform.Api.Mcp.Tasks;

/// <summary>A task on the wire (io.modelcontextprotocol/tasks): flat, durations in whole milliseconds.</summary>
internal static class TaskJson
{
    public static void Write(Utf8JsonWriter writer, McpTaskView task)
    {
        writer.WriteString("taskId"u8, task.Id);
        writer.WriteString("status"u8, task.Status switch
        {
            McpTaskStatus.Working => "working"u8,
            McpTaskStatus.InputRequired => "input_required"u8,
            McpTaskStatus.Completed => "completed"u8,
            McpTaskStatus.Cancelled => "cancelled"u8,
            _ => "failed"u8,
        });
        if (task.Message is not null)
        {
            writer.WriteString("statusMessage"u8, task.Message);
        }

        writer.WriteString("createdAt"u8, task.CreatedAt.UtcDateTime);
        writer.WriteString("lastUpdatedAt"u8, task.UpdatedAt.UtcDateTime);
        writer.WriteNumber("ttlMs"u8, (long)task.Ttl.TotalMilliseconds);
        writer.WriteNumber("pollIntervalMs"u8, (long)task.PollInterval.TotalMilliseconds);
        if (task.Status == McpTaskStatus.InputRequired)
        {
            writer.WriteStartObject("inputRequests"u8);
            foreach (var request in task.Requests)
            {
                writer.WritePropertyName(request.Key);
                writer.WriteRawValue(request.Json, skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        if (task.Outcome is { } outcome && task.Status is McpTaskStatus.Completed or McpTaskStatus.Failed)
        {
            writer.WritePropertyName(task.Status == McpTaskStatus.Completed ? "result"u8 : "error"u8);
            writer.WriteRawValue(outcome, skipInputValidation: true);
        }
    }
}

/// <summary><c>tools/call</c> went on as a task.</summary>
internal sealed class TaskCreated(McpTaskView task) : McpResult
{
    public override string ResultType => "task";

    public override void Write(Utf8JsonWriter writer, McpEra era) => TaskJson.Write(writer, task);
}

/// <summary>What <c>tasks/get</c> answers.</summary>
internal sealed class TaskState(McpTaskView task) : McpResult
{
    public override void Write(Utf8JsonWriter writer, McpEra era) => TaskJson.Write(writer, task);
}
