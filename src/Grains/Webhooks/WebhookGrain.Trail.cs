using Platform.Abstractions.Webhooks;

namespace Platform.Grains.Webhooks;

/// <remarks>Following the audit trail.</remarks>
internal sealed partial class WebhookGrain
{
    /// <summary>How long nothing is looked for after something was found, and at most while nothing is.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(10);

    private TimeSpan _look = Look;

    private string[] Classes => WebhookEventTypes.AuditClasses(state.State.EventTypes);

    private static bool Follows(WebhookState webhook) => webhook is { AuditAfter: not null, Disabled: false };

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => other is null || one < other ? one : other;

    /// <summary>An endpoint that begins to want audit events is told those that come from now on.</summary>
    private async Task<WebhookState> AimedAsync(WebhookState webhook) => WebhookEventTypes.AuditClasses(webhook.EventTypes).Length == 0
        ? webhook with { AuditAfter = null }
        : webhook with { AuditAfter = webhook.AuditAfter ?? await trail.HeadAsync(Tenant) };

    private void Aim()
    {
        if (Exists && WebhookTrail.Aim(_box, state.State.AuditAfter, Classes) is var aimed && !ReferenceEquals(aimed, _box))
        {
            Become(aimed);
        }
    }

    private DateTimeOffset? LookAt(DateTimeOffset now) => _box.Audit is not null && WebhookTrail.Next(_box) is null ? now + _look : null;

    /// <summary>Takes the next part of the trail when none waits. It is on disk before it is sent: its id always means the same part.</summary>
    /// <returns>Whether the trail may have more.</returns>
    private async Task<bool> FollowAsync()
    {
        if (_box.Audit is not { } place || WebhookTrail.Next(_box) is not null)
        {
            return false;
        }

        var classes = Classes;
        var reading = await trail.NextAsync(Tenant, place, classes);
        if (reading is null || _box.Audit != place || WebhookTrail.Next(_box) is not null)
        {
            _look = _look * 2 < LongestLook ? _look * 2 : LongestLook;
            return false;
        }

        _look = Look;
        var now = clock.GetUtcNow();
        Become(WebhookTrail.Read(_box, Guid.CreateVersion7(now), reading, classes, now));
        if (reading.IsWanted || now - _written >= WriteEvery)
        {
            await WriteAsync();
        }

        return true;
    }
}
