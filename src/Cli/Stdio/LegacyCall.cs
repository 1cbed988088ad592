using Platform.Abstractions.Problems;

namespace Platform.Cli.Stdio;

/// <summary>A request of the eras before 2026-07-28: a POST in the session, whose stream can be resumed. A connection that breaks cancels nothing there.</summary>
internal sealed class LegacyCall(EndpointClient endpoint, LegacySession session, Answers answers, ReplyReader replies, BridgeOptions options, TimeProvider clock)
{
    public const string Initialize = "initialize";

    public async Task<Problem?> RunAsync(Call call, Patience patience)
    {
        var initialize = call.Request.Method == Initialize;
        var posted = initialize
            ? await endpoint.PostAsync(call.Request.Body, [], patience.Token)
            : await session.PostAsync(call.Request, patience.Token);
        if (!posted.Try(out var reply, out var problem))
        {
            return problem;
        }

        StreamEnd end;
        using (reply)
        {
            if (!reply.IsSuccess)
            {
                await answers.RefuseAsync(call, reply);
                return null;
            }

            var offered = reply.SessionId;
            end = await replies.ReadAsync(call, reply, patience, initialize ? answer => session.Open(call.Request, offered, answer) : answer => session.Learn(call.Request, answer));
        }

        return call.IsSettled || initialize ? ReplyReader.Broken() : await ResumeAsync(call, end, patience);
    }

    /// <summary>2025-11-25, Resumability: GET with the last event id, after the delay that the server asked for.</summary>
    private async Task<Problem?> ResumeAsync(Call call, StreamEnd end, Patience patience)
    {
        var backoff = new Backoff(options, clock);
        while (!call.IsSettled && end.LastEventId is { } last && await backoff.WaitAsync(end.Retry, patience.Token))
        {
            if (!(await session.ResumeAsync(last, patience.Token)).Try(out var reply, out _))
            {
                break;
            }

            using (reply)
            {
                if ((int)reply.Status >= 500)
                {
                    continue;
                }

                if (!reply.IsEventStream)
                {
                    break;
                }

                var next = await replies.ReadAsync(call, reply, patience, answer => session.Learn(call.Request, answer));

                // A server that closes on purpose says when to come back (polling), or has at least moved on.
                if (next.Retry is not null || (next.LastEventId is not null && next.LastEventId != last))
                {
                    backoff.Reset();
                }

                end = new StreamEnd(next.LastEventId ?? last, next.Retry ?? end.Retry);
            }
        }

        return ReplyReader.Broken();
    }
}
