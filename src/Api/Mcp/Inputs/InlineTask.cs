using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Api.Mcp.Backends;

namespace Platform.Api.Mcp.Inputs;

/// <summary>Work that would be a task, done while a client waits that knows no tasks.</summary>
internal sealed class InlineTask(McpRequest request) : ITaskContext
{
    public ValueTask ReportAsync(string message) => ValueTask.CompletedTask;

    public async ValueTask<Result<InputResponses>> AskAsync(IReadOnlyList<InputRequest> requests, CancellationToken cancel)
    {
        if (InputRounds.Undeclared(request, requests) is not ClientFeatures.None and var missing)
        {
            return new MissingFeatures(missing);
        }

        // A modern client can be asked on the way only in a task, which it does not know.
        return request.Session is null ? new MissingFeatures(ClientFeatures.Tasks) : await InputRounds.AskAsync(request, requests, cancel);
    }
}
