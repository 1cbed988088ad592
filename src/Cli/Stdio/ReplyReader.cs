using Platform.Abstractions.Problems;

namespace Platform.Cli.Stdio;

/// <summary>Where a stream ended before the answer came.</summary>
internal readonly record struct StreamEnd(string? LastEventId, TimeSpan? Retry);

/// <summary>Reads the body of a reply, JSON or event stream, up to the answer of its request.</summary>
internal sealed class ReplyReader(Answers answers, BridgeOptions options, Diagnostics diagnostics)
{
    public static Problem Broken() =>
        new(ProblemCode.UpstreamFailed, "The endpoint's stream ended before the answer. It is not known whether the request ran.");

    /// <summary>The call is settled afterwards, or the stream ended too early.</summary>
    public async Task<StreamEnd> ReadAsync(Call call, EndpointReply reply, Patience patience, Action<RpcMessage>? answering = null)
    {
        if (reply.IsJson)
        {
            await ReadJsonAsync(call, reply, patience, answering);
            return default;
        }

        if (!reply.IsEventStream)
        {
            await answers.FailAsync(call, new Problem(ProblemCode.UpstreamFailed, $"The endpoint answered {(int)reply.Status} without a JSON-RPC message."));
            return default;
        }

        SseReader? events = null;
        try
        {
            events = new SseReader(await reply.ReadStreamAsync(patience.Token), options.MaxMessage, diagnostics);
            while (!call.IsSettled && await events.NextAsync(patience.Renew, patience.Token) is { } data)
            {
                await answers.DeliverAsync(call, data, answering);
            }
        }
        catch (IOException)
        {
            // Broken off: as good as ended.
        }

        return new StreamEnd(events?.LastEventId, events?.Retry);
    }

    private async Task ReadJsonAsync(Call call, EndpointReply reply, Patience patience, Action<RpcMessage>? answering)
    {
        try
        {
            if (await reply.ReadBodyAsync(options.MaxMessage, patience.Token) is not { } body)
            {
                await answers.FailAsync(call, new Problem(ProblemCode.UpstreamFailed, "The endpoint's answer is too long."));
                return;
            }

            await answers.DeliverAsync(call, body, answering);
            await answers.FailAsync(call, new Problem(ProblemCode.UpstreamFailed, "The endpoint's answer is not the answer to this request."));
        }
        catch (IOException)
        {
            await answers.FailAsync(call, Broken());
        }
    }
}
