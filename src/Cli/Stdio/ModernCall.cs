using Platform.Abstractions.Problems;

namespace Platform.Cli.Stdio;

/// <summary>A request of 2026-07-28: one POST, whose reply is its own stream. Such a stream is not resumable, and closing it cancels the request.</summary>
internal sealed class ModernCall(EndpointClient endpoint, ToolHeaders tools, ToolListing listing, Answers answers, ReplyReader replies)
{
    private const int HeaderMismatch = -32020;

    public async Task<Problem?> RunAsync(Call call, Patience patience)
    {
        if (!(await PostAsync(call, patience.Token)).Try(out var reply, out var problem))
        {
            return problem;
        }

        // Client Behavior: on a mismatch the client SHOULD look at tools/list again, then retry. Such a refusal is made before anything runs.
        if (reply.Error?.ErrorCode == HeaderMismatch && call.Request.Method == "tools/call" && await listing.RefreshAsync(call.Request, patience.Token))
        {
            reply.Dispose();
            if (!(await PostAsync(call, patience.Token)).Try(out reply, out problem))
            {
                return problem;
            }
        }

        using (reply)
        {
            if (!reply.IsSuccess)
            {
                await answers.RefuseAsync(call, reply);
                return null;
            }

            await replies.ReadAsync(call, reply, patience);
            return ReplyReader.Broken();
        }
    }

    private async Task<Result<EndpointReply>> PostAsync(Call call, CancellationToken cancel) =>
        ModernHeaders.For(call.Request, tools).Try(out var headers, out var problem) ? await endpoint.PostAsync(call.Request.Body, headers, cancel) : problem;
}
