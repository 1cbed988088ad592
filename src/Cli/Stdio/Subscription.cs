using System.Text.Json;
using Platform.Abstractions.Problems;

namespace Platform.Cli.Stdio;

/// <summary>
/// A <c>subscriptions/listen</c> of 2026-07-28. Its stream is no business of the client behind stdio, so one that breaks is opened again with the same request:
/// the same id is the same subscription. Only when that fails does the client hear of it, by an error that answers the request.
/// </summary>
internal sealed class Subscription(EndpointClient endpoint, ToolHeaders tools, Answers answers, LineWriter output, BridgeOptions options, Diagnostics diagnostics, TimeProvider clock)
{
    public const string Method = "subscriptions/listen";
    private const string IdName = "io.modelcontextprotocol/subscriptionId";
    private JsonElement? _granted;

    public async Task<Problem?> RunAsync(Call call)
    {
        if (!ModernHeaders.For(call.Request, tools).Try(out var headers, out var problem))
        {
            return problem;
        }

        var backoff = new Backoff(options, clock);
        do
        {
            if (!(await endpoint.PostAsync(call.Request.Body, headers, call.Cancelled)).Try(out var reply, out problem))
            {
                if (problem.Code == ProblemCode.UpstreamFailed)
                {
                    // The connection broke. To listen twice does no harm, so it does not matter whether the request ran.
                    continue;
                }

                return problem;
            }

            using (reply)
            {
                // One that stood already survives an endpoint that is being restarted.
                var mayPass = _granted is not null && (int)reply.Status >= 500;
                if (!mayPass && await ListenAsync(call, reply, backoff) is { } failed)
                {
                    return failed;
                }
            }

            if (call.IsSettled)
            {
                return null;
            }

            diagnostics.Note($"the stream of the subscription {call.Id} broke; opening it again");
        }
        while (await backoff.WaitAsync(null, call.Cancelled));
        return new Problem(ProblemCode.UpstreamFailed, "The subscription broke and could not be opened again. Changes since then are not known.");
    }

    private async Task<Problem?> ListenAsync(Call call, EndpointReply reply, Backoff backoff)
    {
        if (!reply.IsSuccess)
        {
            await answers.RefuseAsync(call, reply);
            return null;
        }

        if (!reply.IsEventStream)
        {
            return new Problem(ProblemCode.UpstreamFailed, "The endpoint answered a subscription without a stream.");
        }

        try
        {
            var acknowledged = false;
            var events = new SseReader(await reply.ReadStreamAsync(call.Cancelled), options.MaxMessage, diagnostics);
            while (!call.IsSettled && await events.NextAsync(static () => { }, call.Cancelled) is { } data)
            {
                foreach (var message in answers.Read(data, batches: false))
                {
                    acknowledged = await TakeAsync(call, message, acknowledged, backoff);
                }
            }
        }
        catch (IOException)
        {
            // Broken off: as good as ended.
        }

        return null;
    }

    /// <summary>True once the stream was acknowledged. MCP 2026-07-28, Subscriptions: nothing comes before, and all of it names the subscription.</summary>
    private async Task<bool> TakeAsync(Call call, RpcMessage message, bool acknowledged, Backoff backoff)
    {
        if (message.Kind == RpcKind.Response && message.Id == call.Id)
        {
            await answers.SettleAsync(call, message.Body);
            return acknowledged;
        }

        // Cancellation: a server tears a subscription down by this notification.
        if (message.Method == "notifications/cancelled" && message.IdAt("requestId") == call.Id)
        {
            await answers.SettleAsync(call, message.Body);
            return acknowledged;
        }

        var acknowledges = message.Method == "notifications/subscriptions/acknowledged";
        if (message.Kind != RpcKind.Notification || message.IdAt("_meta", IdName) != call.Id || acknowledges == acknowledged)
        {
            diagnostics.Note($"a message that does not belong to the subscription {call.Id} was dropped");
            return acknowledged;
        }

        if (!acknowledges)
        {
            await output.WriteAsync(message.Body);
            return true;
        }

        backoff.Reset();
        var (before, now) = (_granted, RpcMessage.Find(message.Params, "notifications") ?? default);
        _granted = now;

        // The client had its acknowledgment. A second one is news only when it grants something else.
        if (before is not { } known || known.ValueKind != now.ValueKind || (now.ValueKind != JsonValueKind.Undefined && !JsonElement.DeepEquals(known, now)))
        {
            await output.WriteAsync(message.Body);
        }

        if (before is not null)
        {
            await HintAsync(call, now);
        }

        return true;
    }

    /// <summary>What changed while the stream was down is unknown: the client is told to look, as it was promised. A look too many does no harm.</summary>
    private async Task HintAsync(Call call, JsonElement granted)
    {
        foreach (var (name, method) in Lists)
        {
            if (RpcMessage.Find(granted, name) is { ValueKind: JsonValueKind.True })
            {
                await output.WriteAsync(RpcWriter.Notification(method, writer => WriteId(writer, call)));
            }
        }

        if (RpcMessage.Find(granted, "resourceSubscriptions") is { ValueKind: JsonValueKind.Array } uris)
        {
            foreach (var uri in uris.EnumerateArray().Where(uri => uri.ValueKind == JsonValueKind.String))
            {
                await output.WriteAsync(RpcWriter.Notification("notifications/resources/updated", writer =>
                {
                    WriteId(writer, call);
                    writer.WritePropertyName("uri"u8);
                    uri.WriteTo(writer);
                }));
            }
        }
    }

    private static readonly (string Name, string Method)[] Lists =
    [
        ("toolsListChanged", "notifications/tools/list_changed"),
        ("promptsListChanged", "notifications/prompts/list_changed"),
        ("resourcesListChanged", "notifications/resources/list_changed"),
    ];

    private static void WriteId(Utf8JsonWriter writer, Call call)
    {
        writer.WriteStartObject("_meta"u8);
        call.Id.Write(writer, IdName);
        writer.WriteEndObject();
    }
}
