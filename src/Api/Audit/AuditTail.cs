using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;
using Platform.Api.RateLimits;

namespace Platform.Api.Audit;

/// <summary>
/// The live tail of a trail. It reads the chain by sequence, on whichever node: an event's id is its sequence, so a client that comes back with <c>Last-Event-ID</c> misses nothing and sees
/// nothing twice. It holds one page, and reads the next when the client has taken this one; who does not take it is cut off and may come back.
/// </summary>
internal sealed class AuditTail(TenantGrains grains, ManagementGate gate, StreamSlots slots, IOptions<ApiOptions> options, TimeProvider clock, IHostApplicationLifetime lifetime)
{
    private const int Page = 200;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>How old a verdict on the credential may be while the stream tells anything (TR-10).</summary>
    private static readonly TimeSpan Judged = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ComeBack = TimeSpan.FromSeconds(1);

    public async Task<IResult> OpenAsync(HttpContext http, TenantId owner, AuditFilter filter, Caller caller)
    {
        var head = await Grain(owner).HeadAsync();
        var after = head;
        if (http.Request.Headers["Last-Event-ID"] is { Count: > 0 } said
            && !(said.Count == 1 && long.TryParse(said[0], NumberStyles.None, CultureInfo.InvariantCulture, out after) && after <= head))
        {
            return Answer.Refused(Problem.InvalidParams("The header Last-Event-ID names no event of this trail."));
        }

        if (!slots.Take(caller).Try(out var slot, out var full))
        {
            return Answer.Refused(full);
        }

        http.Response.RegisterForDispose(slot);

        // nginx holds answers back unless it is told.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(EventsAsync(http, owner, filter, after, http.RequestAborted));
    }

    private async IAsyncEnumerable<SseItem<string>> EventsAsync(HttpContext http, TenantId owner, AuditFilter filter, long after, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, lifetime.ApplicationStopping);
        using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        await using var cut = patience.Token.Register(http.Abort);
        var exchange = ManagementExchange.Of(http)!;
        var spoke = clock.GetTimestamp();
        patience.CancelAfter(options.Value.SocketSendPatience);
        yield return Item("ready", after, "{}");
        patience.CancelAfter(Timeout.InfiniteTimeSpan);
        while (!end.IsCancellationRequested)
        {
            if (await gate.JudgeAsync(http, exchange, Judged) is not null)
            {
                yield break;
            }

            var page = await FollowAsync(owner, filter, after);
            if (page.First > after + 1)
            {
                // The client was away for longer than events are kept, or somebody deleted some: it must know.
                patience.CancelAfter(options.Value.SocketSendPatience);
                yield return Item("gap", page.First - 1, string.Create(CultureInfo.InvariantCulture, $"{{\"from\":{after + 1},\"to\":{page.First - 1}}}"));
                patience.CancelAfter(Timeout.InfiniteTimeSpan);
            }

            foreach (var entry in page.Events)
            {
                patience.CancelAfter(options.Value.SocketSendPatience);
                yield return Item("audit", entry.Sequence, AuditFiles.JsonLine(entry));
                patience.CancelAfter(Timeout.InfiniteTimeSpan);
                spoke = clock.GetTimestamp();
            }

            if (page.Last > after)
            {
                after = page.Last;
                continue;
            }

            if (clock.GetElapsedTime(spoke) >= options.Value.StreamBeat)
            {
                // Also moves the client's cursor past what did not fit its filter.
                patience.CancelAfter(options.Value.SocketSendPatience);
                yield return Item("alive", after, "{}");
                patience.CancelAfter(Timeout.InfiniteTimeSpan);
                spoke = clock.GetTimestamp();
            }

            await PauseAsync(end.Token);
        }
    }

    private static SseItem<string> Item(string kind, long sequence, string data) =>
        new(data, kind) { EventId = sequence.ToString(CultureInfo.InvariantCulture), ReconnectionInterval = kind == "ready" ? ComeBack : null };

    private Task<AuditFollowed> FollowAsync(TenantId owner, AuditFilter filter, long after) => Grain(owner).FollowAsync(filter, after, Page);

    // The scope a reference is made in ends with the method that made it: it is entered by whoever calls the grain.
    private IAuditSearchGrain Grain(TenantId owner) => grains.For(owner).Get<IAuditSearchGrain>(AuditEndpoints.Shard);

    private async Task PauseAsync(CancellationToken end)
    {
        try
        {
            await Task.Delay(Look, clock, end);
        }
        catch (OperationCanceledException)
        {
            // The loop looks why.
        }
    }
}
