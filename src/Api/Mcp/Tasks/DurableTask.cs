using Platform.Abstractions.Identity;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Mcp.Backends;

namespace Platform.Api.Mcp.Tasks;

/// <summary>A running task's way to its grain.</summary>
internal sealed class DurableTask(TenantGrains grains, TenantId tenant, string id, Caller caller) : ITaskContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async ValueTask ReportAsync(string message) => await Grain.ReportAsync(SafeText.Of(message, 500), caller);

    public async ValueTask<Result<InputResponses>> AskAsync(IReadOnlyList<InputRequest> requests, CancellationToken cancel)
    {
        if (!await Grain.AskAsync([.. requests.Select(Describe)], caller))
        {
            return new Problem(ProblemCode.UpstreamFailed, "The task asked for input in a way that is not allowed.");
        }

        while (true)
        {
            var news = await Grain.AwaitAsync(Patience, caller).WaitAsync(cancel);
            if (news.IsCancelled)
            {
                throw new OperationCanceledException();
            }

            if (news.Responses is { } responses)
            {
                return InputResponses.Of(responses.Select(response => KeyValuePair.Create(response.Key, (ReadOnlyMemory<byte>)response.Json)));
            }
        }
    }

    /// <summary>Waits a while for the task's end; also its heartbeat.</summary>
    public async Task<bool> IsOverAsync() => (await Grain.AwaitAsync(Patience, caller)).IsCancelled;

    public Task FinishAsync(McpTaskStatus status, string? message, byte[]? outcome) => Grain.FinishAsync(status, message, outcome, caller);

    private IMcpTaskGrain Grain => grains.For(tenant).Get<IMcpTaskGrain>(id);

    private static McpInput Describe(InputRequest request)
    {
        using var body = new PooledBuffer();
        using (var writer = new System.Text.Json.Utf8JsonWriter(body))
        {
            request.Write(writer);
        }

        return new McpInput(request.Key, body.Written.ToArray());
    }
}
