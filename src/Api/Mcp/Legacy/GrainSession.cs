using System.Text;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;

namespace Platform.Api.Mcp.Legacy;

/// <summary>A session behind HTTP: whatever node a message reaches, the grain brings it to the node that waits for it.</summary>
internal sealed class GrainSession(TenantGrains grains, McpNode node, ApiOptions options, TimeProvider clock, Caller caller, string id, McpSessionView view) : ILegacySession
{
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(20);

    public McpSessionView View => view;

    public string Id => id;

    /// <summary>The grain's key, by which it names the session to this node.</summary>
    public string Key => GrainKeys.For(caller.Tenant, id);

    public Caller Caller => caller;

    public async ValueTask<Problem?> SetLogLevelAsync(McpLogLevel level) => await Grain.SetLogLevelAsync(level, caller);

    public async ValueTask<Problem?> SubscribeAsync(string uri) => await Grain.SubscribeAsync(uri, caller);

    public async ValueTask<Problem?> UnsubscribeAsync(string uri) => await Grain.UnsubscribeAsync(uri, caller);

    public async ValueTask<Result<ReadOnlyMemory<byte>>> AskAsync(IMcpExchange exchange, string method, ReadOnlyMemory<byte> parameters, CancellationToken cancel)
    {
        var request = ClientRequest.Make(method, parameters.Span);
        var name = NameOfAsked(request.Id);
        var answered = new TaskCompletionSource<byte[]?>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var attached = node.Attach(Key, name, message => answered.TrySetResult(message));
        try
        {
            if (await AttachAsync(name) is { } refused)
            {
                return refused;
            }

            await exchange.SendAsync(request.Message);
            var asked = clock.GetTimestamp();
            while (clock.GetElapsedTime(asked) < options.ClientPatience)
            {
                try
                {
                    return await answered.Task.WaitAsync(Renewal, clock, cancel) is { } message
                        ? ClientRequest.ResultOf(message)
                        : new Problem(ProblemCode.SessionNotFound, "The session was closed.");
                }
                catch (TimeoutException)
                {
                    // The grain may have moved to another silo and forgotten who waits.
                    await AttachAsync(name);
                }
            }

            await exchange.SendAsync(request.Cancellation());
            return new Problem(ProblemCode.Timeout, "The client did not answer in time.");
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await exchange.SendAsync(request.Cancellation());
            throw;
        }
        finally
        {
            await Grain.DetachAsync(name);
        }
    }

    public async ValueTask AnswerAsync(ReadOnlyMemory<byte> id, ReadOnlyMemory<byte> message)
    {
        if (ClientRequest.IdOf(id.Span) is { } asked)
        {
            await Grain.AnswerAsync(NameOfAsked(asked), message.ToArray(), caller);
        }
    }

    public async ValueTask CancelAsync(ReadOnlyMemory<byte> id) => await Grain.CancelAsync(NameOfRunning(id.Span), caller);

    /// <summary>This node hears of the named request's news from now on, for a minute.</summary>
    public Task<Problem?> AttachAsync(string name) => Grain.AttachAsync(name, node.Reference, caller);

    /// <summary>The session as it is now.</summary>
    public async ValueTask<Result<McpSessionView>> RefreshAsync() => await Grain.UseAsync(caller);

    public Task DetachAsync(string name) => Grain.DetachAsync(name);

    /// <summary>A request of the client's that runs.</summary>
    /// <param name="id">As it was written.</param>
    public static string NameOfRunning(ReadOnlySpan<byte> id) => "run:" + Encoding.UTF8.GetString(id);

    private static string NameOfAsked(string id) => "ask:" + id;

    private IMcpSessionGrain Grain => grains.For(caller.Tenant).Get<IMcpSessionGrain>(id);
}
