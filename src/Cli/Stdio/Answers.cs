using Platform.Abstractions.Problems;

namespace Platform.Cli.Stdio;

/// <summary>
/// Judges what the endpoint says before the client hears it (TR-11): a message is valid JSON-RPC; a response answers the request on whose stream it came, and
/// answers it once; a request is made in the eras that have them. The rest is dropped with a note.
/// </summary>
internal sealed class Answers(LineWriter output, Calls calls, ServerRequests requests, ToolHeaders tools, Diagnostics diagnostics)
{
    public Task WriteProblemAsync(RpcId? id, Problem problem) => output.WriteAsync(RpcWriter.Error(id, problem));

    /// <summary>Answers a request with the bridge's own error.</summary>
    public Task FailAsync(Call call, Problem problem) => SettleAsync(call, RpcWriter.Error(call.Id, problem));

    /// <summary>Answers a request with what its HTTP refusal says. MCP: the error in such a body may have no id; the request is known here.</summary>
    public Task RefuseAsync(Call call, EndpointReply reply) => reply.Error switch
    {
        { } error when error.Id is null || error.Id == call.Id => SettleAsync(call, RpcWriter.Error(call.Id, error.Error!.Value)),
        _ => FailAsync(call, reply.ToProblem()),
    };

    /// <summary>What came on the stream of this request.</summary>
    /// <param name="answering">Called with the answer before it is written.</param>
    public async Task DeliverAsync(Call call, ReadOnlyMemory<byte> data, Action<RpcMessage>? answering = null)
    {
        foreach (var message in Read(data, batches: !call.IsModern))
        {
            if (message.Kind != RpcKind.Response)
            {
                await PassAsync(call, message);
            }
            else if (message.Id != call.Id)
            {
                diagnostics.Note($"an answer to another request ({message.Id}) came on the stream of {call.Id} and was dropped");
            }
            else if (!call.IsSettled)
            {
                answering?.Invoke(message);
                await SettleAsync(call, call.IsModern && call.Request.Method == "tools/list" ? tools.Learn(message) : message.Body);
            }
        }
    }

    /// <summary>What came on the stream that belongs to no request (eras before 2026-07-28). MCP 2025-11-25: the server MUST NOT send a response there.</summary>
    public async Task DeliverUnaskedAsync(ReadOnlyMemory<byte> data)
    {
        foreach (var message in Read(data, batches: true))
        {
            if (message.Kind == RpcKind.Response)
            {
                diagnostics.Note($"an answer ({message.Id}) that nobody waits for on this stream was dropped");
            }
            else
            {
                await ForwardLegacyAsync(message);
            }
        }
    }

    /// <summary>Messages of a stream; the ones that are not valid are dropped here.</summary>
    public IEnumerable<RpcMessage> Read(ReadOnlyMemory<byte> data, bool batches)
    {
        var parts = batches && RpcMessage.IsBatch(data.Span) ? RpcMessage.Split(data.Span) ?? [] : [data.ToArray()];
        foreach (var part in parts)
        {
            if (RpcMessage.Read(part).Try(out var message, out var fault))
            {
                yield return message;
            }
            else
            {
                diagnostics.Note($"a message of the endpoint was dropped: {fault.Detail}");
            }
        }
    }

    public Task ForwardAsync(RpcMessage message) => output.WriteAsync(message.Body);

    public async Task SettleAsync(Call call, ReadOnlyMemory<byte> answer)
    {
        if (call.TrySettle())
        {
            // First forgotten, then answered: the client may use the id again as soon as it has read the answer.
            calls.Remove(call);
            await output.WriteAsync(answer);
        }
    }

    private async Task PassAsync(Call call, RpcMessage message)
    {
        if (call.IsSettled)
        {
            // MCP: nothing more is said about a request that was answered or cancelled.
            return;
        }

        if (!call.IsModern)
        {
            await ForwardLegacyAsync(message);
        }
        else if (message.Kind == RpcKind.Request)
        {
            diagnostics.Note("a request of the endpoint was dropped: 2026-07-28 has none");
        }
        else if (message.Method == "notifications/progress" && (message.IdAt("progressToken") is not { } token || call.Request.IdAt("_meta", "progressToken") != token))
        {
            diagnostics.Note($"progress of another request came on the stream of {call.Id} and was dropped");
        }
        else
        {
            await ForwardAsync(message);
        }
    }

    private async Task ForwardLegacyAsync(RpcMessage message)
    {
        if (message.Kind == RpcKind.Request && !requests.TryAdd(message.Id!.Value))
        {
            diagnostics.Note("a request of the endpoint was dropped: its id is in use, or too many wait for the client");
            return;
        }

        await ForwardAsync(message);
    }
}
