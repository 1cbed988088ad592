using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Secrets;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Webhooks;
using Platform.Grains.Audit;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Webhooks;

/// <summary>
/// One endpoint and its queue. Reentrant: messages are taken while one is on its way, and attempts go one at a time. The queue in memory may be ahead of the one on disk by how attempts went,
/// never by a message that was acknowledged: who is killed sends again what went out in the last second.
/// </summary>
[GrainType("webhook"), Reentrant]
internal sealed partial class WebhookGrain(
    [PersistentState("webhook")] IPersistentState<WebhookState> state,
    [PersistentState("outbox")] IPersistentState<WebhookOutboxState> outbox,
    WebhookCourier courier,
    WebhookSecrets secrets,
    WebhookTrailReader trail,
    TenantGrains grains,
    TimeProvider clock,
    ILogger<WebhookGrain> logger) : Grain, IWebhookGrain, IRemindable, IDisposable
{
    private readonly SemaphoreSlim _changes = new(1, 1);
    private readonly SemaphoreSlim _writes = new(1, 1);
    private readonly SemaphoreSlim _reminders = new(1, 1);
    private WebhookOutboxState _box = new();

    /// <summary>What is stored may be something else than what is known here.</summary>
    private bool _isStale;

    private TenantId Tenant => GrainContext.TenantOf();

    private string Id => GrainContext.RestOf();

    private bool Exists => state.State.Id.Length > 0;

    private IWebhookIndexGrain Index => grains.For(Tenant).The<IWebhookIndexGrain>();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _box = outbox.State;
        Aim();
        Schedule();
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_unwritten && Exists)
        {
            await WriteAsync();
        }
    }

    public Task<Result<WebhookSecret>> AddAsync(PutWebhook command, Caller caller) => InTurnAsync<Result<WebhookSecret>>(async () =>
    {
        if (Exists || !WebhookRules.IsId(Id))
        {
            return Problem.Conflict("The webhook exists.");
        }

        var next = await AimedAsync(With(new WebhookState { Id = Id, CreatedAt = clock.GetUtcNow(), CreatedBy = caller.NameIn(GrainContext.TenantOf()) }, command));
        if (!(await MakeSecretAsync()).Try(out var secret, out var notMade))
        {
            return notMade;
        }

        await ChangeAsync(next with { SecretsMade = state.State.SecretsMade, Secrets = [secret.Name] });
        return new WebhookSecret(View(), StandardWebhook.Serialize(secret.Value));
    });

    public async Task<Result<WebhookView>> GetAsync()
    {
        // The end first: what is delivered meanwhile must not look like more than there is.
        long? head = Exists && _box.Audit is not null ? await trail.HeadAsync(Tenant) : null;
        return Exists ? View(head) : NotFound();
    }

    public async Task<Result<WebhookView>> ReplaceAsync(PutWebhook command, long expected, Caller caller)
    {
        if (!command.Disabled)
        {
            // What was given up is told first: told later, it would end what is begun here.
            await AnnounceAsync();
        }

        return await InTurnAsync<Result<WebhookView>>(async () =>
        {
            if (Missing(expected) is { } refused)
            {
                return refused;
            }

            var wakes = state.State.Disabled && !command.Disabled;
            await ChangeAsync(await AimedAsync(Changed(With(state.State, command), caller.NameIn(GrainContext.TenantOf()))));
            return wakes ? await WakeAsync() : View();
        });
    }

    public Task<Problem?> DeleteAsync(long expected, Caller caller) => InTurnAsync<Problem?>(async () =>
    {
        if (Missing(expected) is { } refused)
        {
            return refused;
        }

        await EndAsync();
        await SweepAsync();
        return null;
    });

    public Task<Problem?> DestroyAsync(Caller caller) => InTurnAsync<Problem?>(async () =>
    {
        if (Exists)
        {
            await EndAsync();
        }

        await SweepAsync();
        return state.State.Leftovers.Length == 0 && !_isStale ? null : new Problem(ProblemCode.Unavailable, "The vault does not answer.");
    });

    public async Task<Result<WebhookView>> EnableAsync(Caller caller)
    {
        if (!Exists)
        {
            return NotFound();
        }

        await AnnounceAsync();
        return await InTurnAsync<Result<WebhookView>>(async () =>
        {
            if (!Exists)
            {
                return NotFound();
            }

            await ChangeAsync(Changed(state.State with { Disabled = false, DisabledReason = null }, caller.NameIn(GrainContext.TenantOf())));
            return await WakeAsync();
        });
    }

    public Task<Result<WebhookSecret>> RotateSecretAsync(RotateWebhookSecret command, Caller caller) => InTurnAsync<Result<WebhookSecret>>(async () =>
    {
        if (!Exists)
        {
            return NotFound();
        }

        var (before, now) = (state.State, clock.GetUtcNow());
        if (!(await MakeSecretAsync()).Try(out var secret, out var notMade))
        {
            return notMade;
        }

        // Two sign at most: rotating twice in a row ends the oldest at once, which is what somebody who lost one wants.
        var overlap = TimeSpan.FromHours(command.OverlapHours);
        WebhookSecretName[] kept = overlap > TimeSpan.Zero ? [before.Secrets[0] with { Until = now + overlap }] : [];
        await ChangeAsync(Changed(before, caller.NameIn(GrainContext.TenantOf())) with
        {
            SecretsMade = state.State.SecretsMade,
            Secrets = [secret.Name, .. kept],
            Leftovers = [.. before.Leftovers, .. before.Secrets.Skip(kept.Length).Select(old => old.Name)],
        });
        await SweepAsync();
        return new WebhookSecret(View(), StandardWebhook.Serialize(secret.Value));
    });

    public Task<OwnedSecret[]> SecretsAsync() => Task.FromResult<OwnedSecret[]>(
    [
        .. state.State.Secrets.Select(secret => new OwnedSecret(secret.Name, SecretUse.Webhook, Id, SecretNeed.Always)),
        .. state.State.Leftovers.Select(name => new OwnedSecret(name, SecretUse.Webhook, Id, SecretNeed.Leaving)),
    ]);

    public void Dispose()
    {
        _changes.Dispose();
        _writes.Dispose();
        _reminders.Dispose();
    }

    private static Problem NotFound() => Problem.NotFound("webhook");

    private static WebhookState With(WebhookState webhook, PutWebhook command) => webhook with
    {
        Url = command.Url,
        EventTypes = command.EventTypes,
        Description = command.Description,
        Disabled = command.Disabled,
        DisabledReason = command.Disabled ? webhook.DisabledReason : null,
    };

    private WebhookState Changed(WebhookState next, string by) => next with { Version = next.Version + 1, ChangedAt = clock.GetUtcNow(), ChangedBy = by };

    private Problem? Missing(long expected) => !Exists ? NotFound() : state.State.Version != expected ? Problem.PreconditionFailed() : null;

    private async Task ChangeAsync(WebhookState next)
    {
        if (Follows(next))
        {
            await RemindAsync();
        }

        await SaveAsync(next);
        Aim();
        Schedule();
        await Index.ChangedAsync(next.Entry());
    }

    private async Task SaveAsync(WebhookState next)
    {
        try
        {
            await state.SaveAsync(next);
        }
        catch
        {
            _isStale = true;
            DeactivateOnIdle();
            throw;
        }
    }

    /// <summary>A new secret. Its name is stored before it is in the vault, and a reminder beside it: one that is never used is deleted.</summary>
    private async Task<Result<(WebhookSecretName Name, byte[] Value)>> MakeSecretAsync()
    {
        var number = state.State.SecretsMade + 1;
        var name = WebhookSecrets.NameOf(Tenant, Id, number);
        await RemindAsync();
        await SaveAsync(state.State with { SecretsMade = number, Leftovers = [.. state.State.Leftovers, name] });
        if ((await secrets.MakeAsync(name)).Try(out var secret, out var notMade))
        {
            return (new WebhookSecretName(name, null), secret);
        }

        await SweepAsync();
        return notMade;
    }

    private async Task EndAsync()
    {
        await RemindAsync();
        await SaveAsync(new WebhookState { SecretsMade = state.State.SecretsMade, Leftovers = [.. state.State.Leftovers, .. state.State.Secrets.Select(secret => secret.Name)] });
        _box = new WebhookOutboxState();
        Schedule();
        await Index.RemovedAsync(Id);
    }

    private async Task<Result<WebhookView>> WakeAsync()
    {
        Become(WebhookOutbox.Anew(_box, clock.GetUtcNow()));
        await WriteAsync();
        Schedule();
        return View();
    }

    /// <param name="head">Of the trail, when it was asked for.</param>
    private WebhookView View(long? head = null) => new()
    {
        Id = Id,
        Url = state.State.Url,
        EventTypes = state.State.EventTypes,
        Description = state.State.Description,
        Disabled = state.State.Disabled,
        DisabledReason = state.State.DisabledReason,
        Version = state.State.Version,
        CreatedAt = state.State.CreatedAt,
        CreatedBy = state.State.CreatedBy,
        ChangedAt = state.State.ChangedAt,
        ChangedBy = state.State.ChangedBy,
        PreviousSecretUntil = state.State.Secrets is [_, { Until: { } until }, ..] && until > clock.GetUtcNow() ? until : null,
        Waiting = _box.Waiting.Length,
        FailingSince = _box.FailingSince,
        LastDeliveredAt = _box.LastDeliveredAt,
        Dropped = _box.Dropped,
        AuditSequence = WebhookTrail.Done(_box),
        AuditBehind = head is { } end && WebhookTrail.Done(_box) is { } done ? Math.Max(0, end - done) : null,
    };

    /// <summary>Secrets whose time is over leave the vault; the rows of an endpoint that was deleted go when none is left.</summary>
    private async Task SweepAsync()
    {
        if (_isStale)
        {
            return;
        }

        var now = clock.GetUtcNow();
        var over = state.State.Secrets.Where(secret => secret.Until <= now).ToArray();
        if (over.Length > 0)
        {
            await SaveAsync(state.State with { Secrets = [.. state.State.Secrets.Except(over)], Leftovers = [.. state.State.Leftovers, .. over.Select(secret => secret.Name)] });
        }

        foreach (var name in state.State.Leftovers)
        {
            if (!await secrets.DeleteAsync(name))
            {
                return;
            }

            await SaveAsync(state.State with { Leftovers = [.. state.State.Leftovers.Where(left => !string.Equals(left, name, StringComparison.Ordinal))] });
        }

        if (!Exists && state.RecordExists)
        {
            // Again: whoever deleted it may not have been heard.
            await Index.RemovedAsync(Id);
            await outbox.ClearStateAsync();
            await state.ClearStateAsync();
            DeactivateOnIdle();
        }
    }

    /// <summary>What changes the endpoint goes one at a time.</summary>
    private async Task<T> InTurnAsync<T>(Func<Task<T>> change)
    {
        await _changes.WaitAsync();
        try
        {
            return await change();
        }
        finally
        {
            _changes.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "WebhookDropped", Level = LogLevel.Warning, Message = "Webhook {Webhook} of {Tenant} has too many messages waiting; {Count} of the oldest were dropped.")]
        public static partial void Dropped(ILogger logger, TenantId tenant, string webhook, long count);

        [LoggerMessage(EventId = 2, EventName = "WebhookGivenUp", Level = LogLevel.Warning, Message = "Webhook {Webhook} of {Tenant} is disabled: {Reason}.")]
        public static partial void GivenUp(ILogger logger, TenantId tenant, string webhook, string reason);

        [LoggerMessage(EventId = 3, EventName = "WebhookQueueFailed", Level = LogLevel.Error, Message = "The queue of webhook {Webhook} of {Tenant} was interrupted; it goes on.")]
        public static partial void Interrupted(ILogger logger, Exception failure, TenantId tenant, string webhook);
    }
}
