using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Api.Mcp.Backends;
using Platform.Api.Authentication;
using Platform.Api.Mcp.Legacy;
using Platform.Api.Mcp.Subscriptions;
using Platform.Api.RateLimits;

namespace Platform.Api.Mcp.Transports;

/// <summary>
/// HTTP GET of a legacy session (2025-11-25, Listening for Messages from the Server): a new listening stream, or with <c>Last-Event-ID</c> the rest of any
/// stream of the session. A session listens on one stream at a time, so that no message goes out on two; a newer one takes the older one's place.
/// </summary>
internal sealed partial class ListeningStream(HttpServices services, CatalogueHub hub, McpCatalogues catalogues, StreamSlots slots, AuditTrail audit, IHostApplicationLifetime lifetime, ILogger<ListeningStream> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A refusal, or null when the stream was served to its end.</summary>
    public async ValueTask<McpReply?> RunAsync(HttpContext http, McpGate.Admission admission, McpHeaders headers, Credential credential, AuditEntry entry)
    {
        entry.Action = "stream/open";
        entry.Class = AuditClass.ResourceAccess;
        if (!(await services.Sessions.EnterAsync(admission.Caller.Caller, headers)).Try(out var session, out var refused))
        {
            return Refuse(entry, refused);
        }

        var lastEvent = RequestHeaders.Single(http.Request.Headers["Last-Event-ID"]);
        EventRing ring;
        long after = 0;
        var listens = true;
        if (lastEvent is null)
        {
            ring = EventRing.New(services.Grains, session);
            await ring.OpenAsync(isListening: true, default);
        }
        else
        {
            // The stream is looked up below this session and asked for its owner, so an id of another session, principal or tenant names nothing.
            if (!EventRing.TryParse(lastEvent, out var stream, out after))
            {
                return Refuse(entry, Unknown());
            }

            ring = new EventRing(services.Grains, session, stream);
            if (!(await ring.DescribeAsync()).Try(out var described, out _))
            {
                return Refuse(entry, Unknown());
            }

            listens = described.IsListening;
        }

        if (!slots.Take(admission.Caller.Caller).Try(out var slot, out var full))
        {
            return Refuse(entry, full);
        }

        using var held = slot;
        entry.Succeed();
        await audit.WriteAsync(entry, AuditMode.Durable);
        entry.IsWritten = true;
        using var wire = new SseWire(http);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        var verdict = new StreamVerdict(services.Gate, admission, credential, entry.Address, services.Clock.GetTimestamp(), services.Options.StreamUnjudged, services.Clock, logger);
        await wire.StartAsync();
        var beating = BeatAsync(wire, ring, session, listens, verdict, end);
        try
        {
            if (listens)
            {
                await ListenAsync(wire, ring, session, admission, verdict, after, lastEvent is not null, end);
            }
            else
            {
                await ReplayAsync(wire, ring, after, end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The client is gone, was replaced, or may not listen any more.
        }
        finally
        {
            await end.CancelAsync();
            await beating;
            await wire.EndAsync();
        }

        return null;
    }

    /// <summary>The rest of an answer that began as a POST: what the client missed, then what comes, to the last message.</summary>
    private static async Task ReplayAsync(SseWire wire, EventRing ring, long after, CancellationToken end)
    {
        while (true)
        {
            if (!(await ring.ReadAsync(after, Patience).WaitAsync(end)).Try(out var page, out _))
            {
                return;
            }

            after = await WriteAsync(wire, ring, page, after);
            if (page.IsComplete || after < 0)
            {
                return;
            }
        }
    }

    private async Task ListenAsync(SseWire wire, EventRing ring, GrainSession session, McpGate.Admission admission, StreamVerdict verdict, long after, bool resumes, CancellationTokenSource end)
    {
        var subscriptions = new SemaphoreSlim(0);
        using var attached = services.Node.Attach(session.Key, IMcpSessionGrain.Listening, message =>
        {
            if (message is null)
            {
                end.Cancel();
            }
            else
            {
                subscriptions.Release();
            }
        });
        await session.AttachAsync(IMcpSessionGrain.Listening);
        var (tenant, permissions) = (admission.Tenant.Id, admission.Caller.Permissions);
        using var listener = await hub.ListenAsync(tenant, new ListenFilter(
            permissions.AllowsSome("tools", "read"), permissions.AllowsSome("prompts", "read"), permissions.AllowsSome("resources", "read"), session.View.Subscriptions, []));
        if (resumes && (await ring.ReadAsync(after, TimeSpan.Zero)).Try(out var page, out _))
        {
            await WriteAsync(wire, ring, page, after);
            if (page.Mark != 0 && page.Mark != hub.VersionOf(tenant))
            {
                // Something changed while nobody listened, and nobody knows what.
                listener.Offer(hub.VersionOf(tenant), [new CatalogueChange(CatalogueChangeKind.Unknown)]);
            }
        }
        else if (string.CompareOrdinal(session.View.ProtocolVersion, McpVersions.LatestLegacy) >= 0)
        {
            await wire.WriteAsync(ring.EventId(0), default, retry: 1_000);
        }

        var resubscribed = subscriptions.WaitAsync(end.Token);
        var news = listener.NextAsync(end.Token).AsTask();
        while (true)
        {
            if (await Task.WhenAny(news, resubscribed) == resubscribed)
            {
                await resubscribed;
                resubscribed = subscriptions.WaitAsync(end.Token);
                if ((await session.RefreshAsync()).Try(out var view, out _))
                {
                    listener.Want(view.Subscriptions);
                }

                continue;
            }

            var heard = await news;
            if (!(await verdict.AskAsync(end.Token)).Try(out var caller, out _))
            {
                return;
            }

            await TellAsync(wire, ring, AllowedNews.Of(heard, catalogues.For(admission.Tenant), caller.Permissions), listener.Version);
            news = listener.NextAsync(end.Token).AsTask();
        }
    }

    private static async Task TellAsync(SseWire wire, EventRing ring, CatalogueNews news, long version)
    {
        if (news.Tools)
        {
            await SendAsync(CatalogueMessages.ListChanged(CatalogueChangeKind.Tools, default));
        }

        if (news.Prompts)
        {
            await SendAsync(CatalogueMessages.ListChanged(CatalogueChangeKind.Prompts, default));
        }

        if (news.Resources)
        {
            await SendAsync(CatalogueMessages.ListChanged(CatalogueChangeKind.Resources, default));
        }

        foreach (var uri in news.Uris)
        {
            await SendAsync(CatalogueMessages.Updated(uri, default));
        }

        async Task SendAsync(byte[] message) => await wire.WriteAsync(ring.EventId(await ring.AppendAsync(message, isLast: false, version)), message);
    }

    /// <summary>Writes a page and answers the last sequence written; -1 when the client is gone.</summary>
    private static async Task<long> WriteAsync(SseWire wire, EventRing ring, McpStreamPage page, long after)
    {
        for (var i = 0; i < page.Messages.Length; i++)
        {
            // A request that was cancelled ends with a message that is none.
            if (page.Messages[i].Length > 0 && !await wire.WriteAsync(ring.EventId(page.First + i), page.Messages[i]))
            {
                return -1;
            }
        }

        return page.Messages.Length == 0 ? after : page.First + page.Messages.Length - 1;
    }

    private async Task BeatAsync(SseWire wire, EventRing ring, GrainSession session, bool listens, StreamVerdict verdict, CancellationTokenSource end)
    {
        using var timer = new PeriodicTimer(services.Options.StreamBeat, services.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(end.Token))
            {
                if (!await MayGoOnAsync(wire, ring, session, listens, verdict, end.Token))
                {
                    await end.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    /// <summary>One beat. One that fails is not the last: the credential is judged again by the next.</summary>
    private async Task<bool> MayGoOnAsync(SseWire wire, EventRing ring, GrainSession session, bool listens, StreamVerdict verdict, CancellationToken end)
    {
        try
        {
            if (!await wire.KeepAliveAsync() || (await verdict.AskAsync(end)).Problem is not null)
            {
                return false;
            }

            if (!listens)
            {
                return true;
            }

            // Also how a session that was closed on another node is noticed.
            await ring.BeatAsync();
            return await session.AttachAsync(IMcpSessionGrain.Listening) is not { Code: ProblemCode.SessionNotFound };
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !end.IsCancellationRequested)
        {
            Log.BeatFailed(logger, failure);
            return true;
        }
    }

    private static McpReply Refuse(AuditEntry entry, Problem problem)
    {
        entry.Fail(problem.Code);
        return McpReply.Refusal(default, problem, McpEra.Legacy, entry.Correlation);
    }

    private static Problem Unknown() => Problem.InvalidRequest("The header Last-Event-ID names no event of this session, or one that is no longer kept.");

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "McpListeningBeatFailed", Level = LogLevel.Warning, Message = "A listening stream could not be looked after.")]
        public static partial void BeatFailed(ILogger logger, Exception failure);
    }
}
