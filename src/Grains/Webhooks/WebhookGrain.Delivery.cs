using System.Security.Cryptography;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Webhooks;
using Platform.Grains.Audit;
using Platform.Grains.Storage;

namespace Platform.Grains.Webhooks;

/// <remarks>Taking messages and handing them over.</remarks>
internal sealed partial class WebhookGrain
{
    /// <summary>Wakes an endpoint for which something waits, whatever restarts.</summary>
    public const string Delivery = "delivery";

    private static readonly TimeSpan Reminding = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(5);

    private IGrainTimer? _timer;
    private DateTimeOffset _written;
    private bool _unwritten;
    private bool _reminded;
    private bool _pumping;
    private bool _testing;

    private bool NeedsReminding => _box.Waiting.Length > 0 || Follows(state.State) || _box.GivenUp is not null || state.State.Leftovers.Length > 0 || state.State.Secrets.Length > 1;

    public async Task<Result<WebhookDelivery>> TestAsync(Caller caller)
    {
        if (!Exists)
        {
            return NotFound();
        }

        if (_testing)
        {
            return Problem.Conflict("A test of this webhook is under way.");
        }

        _testing = true;
        try
        {
            var now = clock.GetUtcNow();
            var message = new WebhookMessage
            {
                Number = 0, Id = WebhookOutbox.IdOf(Guid.CreateVersion7(now)), Type = WebhookEventTypes.WebhookTest, At = now, Body = WebhookBody.Test(Id, now), State = WebhookDeliveryState.Waiting,
            };
            var (attempt, _) = await courier.TryAsync(Tenant, state.State, message, CancellationToken.None);
            if (!Exists)
            {
                return NotFound();
            }

            Become(WebhookOutbox.Tested(_box, message, attempt, clock.GetUtcNow()));
            await WriteAsync();
            return WebhookOutbox.Find(_box, message.Id)!.View();
        }
        finally
        {
            _testing = false;
        }
    }

    public async Task EnqueueAsync(WebhookEvent message)
    {
        // The index may not know yet what this grain knows.
        if (!Exists || state.State.Disabled || !WebhookEventTypes.Wants(state.State.EventTypes, message.Topic))
        {
            return;
        }

        var dropped = _box.Dropped;
        Become(WebhookOutbox.Add(_box, message, clock.GetUtcNow()));
        if (_box.Dropped > dropped)
        {
            Log.Dropped(logger, Tenant, Id, _box.Dropped - dropped);
            WebhookTelemetry.Drop(_box.Dropped - dropped);
        }

        await RemindAsync();
        await WriteAsync();
        Schedule();
    }

    public Task<Result<WebhookDelivery[]>> DeliveriesAsync(WebhookDeliveryState? state, long? before, int count) => Task.FromResult<Result<WebhookDelivery[]>>(!Exists
        ? NotFound()
        : _box.Waiting.Concat(_box.Log)
            .Where(message => (state is null || message.State == state) && (before is null || message.Number < before))
            .OrderByDescending(message => message.Number)
            .Take(Math.Clamp(count, 1, WebhookRules.MaxWaiting + WebhookRules.MaxLog))
            .Select(message => message.View())
            .ToArray());

    public async Task<Result<WebhookDelivery>> RedeliverAsync(string delivery, Caller caller)
    {
        if (!Exists)
        {
            return NotFound();
        }

        if (state.State.Disabled)
        {
            return Problem.Conflict("The webhook is disabled; enable it first.");
        }

        if (!WebhookOutbox.Redeliver(_box, delivery, clock.GetUtcNow()).Try(out var next, out var refused))
        {
            return refused;
        }

        Become(next);
        var waiting = WebhookOutbox.Find(_box, delivery)!.View();
        await RemindAsync();
        await WriteAsync();
        Schedule();
        return waiting;
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (_timer is null)
        {
            Schedule();
        }

        await InTurnAsync(async () =>
        {
            await SweepAsync();
            return true;
        });
        await _reminders.WaitAsync();
        try
        {
            if (!NeedsReminding && await this.GetReminder(Delivery) is { } reminder)
            {
                _reminded = false;
                await this.UnregisterReminder(reminder);
            }
        }
        finally
        {
            _reminders.Release();
        }
    }

    private void Become(WebhookOutboxState next) => (_box, _unwritten) = (next, true);

    /// <summary>Writes the queue as it is. Whoever waits while another writes finds out whether that held what they wanted written.</summary>
    private async Task WriteAsync()
    {
        await _writes.WaitAsync();
        try
        {
            if (!_unwritten || !Exists)
            {
                return;
            }

            _unwritten = false;
            await outbox.SaveAsync(_box);
            _written = clock.GetUtcNow();
        }
        catch
        {
            _unwritten = true;
            DeactivateOnIdle();
            throw;
        }
        finally
        {
            _writes.Release();
        }
    }

    private async Task RemindAsync()
    {
        await _reminders.WaitAsync();
        try
        {
            if (!_reminded)
            {
                await this.RegisterOrUpdateReminder(Delivery, Reminding, Reminding);
                _reminded = true;
            }
        }
        finally
        {
            _reminders.Release();
        }
    }

    /// <summary>Looks again when something is due.</summary>
    private void Schedule()
    {
        var now = clock.GetUtcNow();
        var next = !Exists ? null : _box.GivenUp is not null ? now + TryAgain : state.State.Disabled ? null : Earlier(WebhookOutbox.NextAt(_box), LookAt(now));
        if (next is not { } at)
        {
            _timer?.Dispose();
            _timer = null;
            return;
        }

        var wait = at > now ? at - now : TimeSpan.Zero;
        if (_timer is null)
        {
            _timer = this.RegisterGrainTimer(PumpAsync, new GrainTimerCreationOptions { DueTime = wait, Period = Timeout.InfiniteTimeSpan, Interleave = true, KeepAlive = true });
            return;
        }

        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Tries what is due, one message after the other.</summary>
    private async Task PumpAsync(CancellationToken cancel)
    {
        if (_pumping)
        {
            return;
        }

        _pumping = true;
        try
        {
            await AnnounceAsync();
            var hasMore = true;
            while (!cancel.IsCancellationRequested && Exists && !state.State.Disabled && hasMore)
            {
                hasMore = await FollowAsync();
                if (WebhookOutbox.Due(_box, clock.GetUtcNow()) is { } message)
                {
                    var (attempt, retryAfter) = await courier.TryAsync(Tenant, state.State, message, cancel);
                    await SettleAsync(message, attempt, retryAfter);
                    hasMore = true;
                }
            }

            await WriteAsync();
        }
        catch (Exception failure)
        {
            // What was not written is tried again: by this activation, or by the next one from what is on disk.
            Log.Interrupted(logger, failure, Tenant, Id);
        }
        finally
        {
            _pumping = false;
            Schedule();
        }
    }

    private async Task SettleAsync(WebhookMessage message, WebhookAttempt attempt, TimeSpan? retryAfter)
    {
        var now = clock.GetUtcNow();
        Become(WebhookOutbox.Attempted(_box, message.Id, attempt, retryAfter, now, RandomNumberGenerator.GetInt32(1_001) / 1_000.0));
        if (WebhookOutbox.Reason(_box, attempt, now) is { } reason)
        {
            Become(_box with { GivenUp = new WebhookGivenUp(Guid.CreateVersion7(now), now, reason) });
            await WriteAsync();
            await AnnounceAsync();
        }
        else if (now - _written >= WriteEvery)
        {
            await WriteAsync();
        }
    }

    /// <summary>Carries out and makes known that the endpoint is given up. Each step may be repeated; the queue says so until all are done.</summary>
    private async Task AnnounceAsync()
    {
        if (_box.GivenUp is not { } given || !Exists)
        {
            return;
        }

        await InTurnAsync(async () =>
        {
            if (Exists && !state.State.Disabled)
            {
                Log.GivenUp(logger, Tenant, Id, given.Reason);
                WebhookTelemetry.Gave(given.Reason);
                await ChangeAsync(Changed(state.State with { Disabled = true, DisabledReason = given.Reason }, GrainRecord.System));
            }

            return true;
        });
        await grains.For(Tenant).Get<IAuditStreamGrain>("0").AppendAsync(new AuditBatch([GrainRecord.Of(Tenant, given.Id, given.At, "administration", "webhooks/give-up", GrainRecord.System, $"{Id}/{given.Reason}")]));
        await Index.PublishAsync(new WebhookEvent(given.Id, WebhookEventTypes.WebhookDisabled, WebhookEventTypes.WebhookDisabled, WebhookBody.Disabled(Id, given)));
        Become(_box with { GivenUp = null });
        await WriteAsync();
    }
}
