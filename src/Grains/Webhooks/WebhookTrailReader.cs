using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Webhooks;

namespace Platform.Grains.Webhooks;

/// <summary>What reading on brought.</summary>
/// <param name="Last">Where it ended; 0 when the trail is another one, and is told from its beginning.</param>
/// <param name="Hash">Of that event.</param>
/// <param name="IsWanted">Whether something of it is to be told: an event of a class that is wanted, or that there are some missing.</param>
internal sealed record WebhookReading(long Last, string? Hash, bool IsWanted);

/// <summary>Reads a tenant's stored trail for its endpoints, in its own order, away from who appends to it.</summary>
internal sealed partial class WebhookTrailReader(TenantGrains grains, ILogger<WebhookTrailReader> logger)
{
    /// <summary>Events looked at for one part. One more is read: the one at the place.</summary>
    private const int Most = 499;

    private static readonly AuditFilter All = new();

    /// <summary>The last sequence of the trail.</summary>
    public Task<long> HeadAsync(TenantId tenant) => grains.For(tenant).Get<IAuditSearchGrain>("0").HeadAsync();

    /// <summary>Reads on from a place; null when there is nothing new, or nothing can be read now.</summary>
    public async Task<WebhookReading?> NextAsync(TenantId tenant, WebhookPlace place, string[] classes)
    {
        try
        {
            var head = await HeadAsync(tenant);
            if (head == place.Last)
            {
                return null;
            }

            var page = await grains.For(tenant).Get<IAuditSearchGrain>("0").FollowAsync(All, place.Last - 1, Most + 1);
            if (head < place.Last || Array.Exists(page.Events, entry => entry.Sequence == place.Last && place.Hash is not null && !string.Equals(entry.Hash, place.Hash, StringComparison.Ordinal)))
            {
                // As after a restored backup: what it has now was told to nobody.
                Log.Rewound(logger, tenant, place.Last);
                return new WebhookReading(0, null, IsWanted: false);
            }

            var events = page.Events.Where(entry => entry.Sequence > place.Last).Take(Most).ToArray();
            return events.Length == 0 ? new WebhookReading(head, null, IsWanted: true) : Read(events, place, classes);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.Unreadable(logger, failure, tenant);
            return null;
        }
    }

    /// <summary>The body of a part, the same whenever it is asked for while its events are kept; null when they cannot be read now.</summary>
    public async Task<string?> BodyAsync(TenantId tenant, WebhookMessage message, WebhookPart part)
    {
        try
        {
            var page = await grains.For(tenant).Get<IAuditSearchGrain>("0").FollowAsync(All, part.From - 1, Most);
            var name = tenant != TenantId.Platform && (await grains.For(tenant).The<ITenantGrain>().GetAsync()).Try(out var known, out _) ? known.Slug : tenant.ToString();
            return WebhookBody.Trail(name, message.At, part, page.Events.Where(entry => entry.Sequence <= part.To).ToArray(), entry => Wants(part.Classes, entry));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.Unreadable(logger, failure, tenant);
            return null;
        }
    }

    private static WebhookReading Read(AuditEventView[] events, WebhookPlace place, string[] classes)
    {
        var (last, hash, isWanted, count, bytes) = (place.Last, place.Hash, false, 0, 0);
        foreach (var entry in events)
        {
            if (Wants(classes, entry))
            {
                bytes += Encoding.UTF8.GetByteCount(entry.Record);
                if (++count > 1 && (count > WebhookRules.MaxAuditEvents || bytes > WebhookRules.MaxAuditBytes))
                {
                    break;
                }

                isWanted = true;
            }

            isWanted |= entry.Sequence > last + 1;
            (last, hash) = (entry.Sequence, entry.Hash);
        }

        return new WebhookReading(last, hash, isWanted);
    }

    /// <summary>One whose class nobody can read any more is everybody's: it hides nothing.</summary>
    private static bool Wants(string[] classes, AuditEventView entry) =>
        AuditFacets.Of(Encoding.UTF8.GetBytes(entry.Record)).Class is var kind && (kind.Length == 0 || classes.Contains(kind, StringComparer.Ordinal));

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "WebhookTrailUnreadable", Level = LogLevel.Warning, Message = "The audit trail of {Tenant} cannot be read for its webhooks; it is tried again.")]
        public static partial void Unreadable(ILogger logger, Exception failure, TenantId tenant);

        [LoggerMessage(EventId = 2, EventName = "WebhookTrailRewound", Level = LogLevel.Warning, Message = "The audit trail of {Tenant} is not the one that a webhook was told up to {Sequence}; it is told anew.")]
        public static partial void Rewound(ILogger logger, TenantId tenant, long sequence);
    }
}
