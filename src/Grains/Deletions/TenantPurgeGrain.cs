using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Deletions;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Operations;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Webhooks;
using Platform.Grains.Audit;
using Platform.Grains.Operations;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;
using Platform.Grains.Webhooks;

namespace Platform.Grains.Deletions;

/// <summary>
/// Does one step after the other and notes each, so that the next activation goes on where this one ended. The reminder is there before the tenant is deleted: what is cut short is found by the
/// next tick, which asks the tenant itself.
/// </summary>
[GrainType("tenant-purge")]
internal sealed partial class TenantPurgeGrain(
    [PersistentState("purge")] IPersistentState<TenantPurgeState> state,
    PurgeSteps steps,
    TenantGrains grains,
    IOptions<GrainOptions> options,
    TimeProvider clock,
    ILogger<TenantPurgeGrain> logger) : Grain, ITenantPurgeGrain, IRemindable
{
    /// <summary>Names the reminder of every tenant that is deleted and not purged.</summary>
    public const string Reminder = "purge";

    /// <summary>A purge begins this much after the end of the grace, at most.</summary>
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromHours(1);

    /// <summary>A purge whose silo died goes on in another after this time.</summary>
    private static readonly TimeSpan WhileRunning = TimeSpan.FromMinutes(1);

    private StepLoop<TenantPurgeState>? _loop;

    private StepLoop<TenantPurgeState> Loop => _loop ??= new StepLoop<TenantPurgeState>(
        this, Reminder, () => state.State.State == OperationState.Running ? state.State.Done.Next(steps.All) : null, RunAsync, NoteAsync, ReportAsync);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Continue();
        return Task.CompletedTask;
    }

    public async Task<Result<OperationView>> DeleteAsync(long? expected, Caller caller)
    {
        if (await LoadAsync())
        {
            return Problem.Conflict("This tenant is deleted already.");
        }

        await this.RegisterOrUpdateReminder(Reminder, ReminderPeriod, ReminderPeriod);
        var deleted = await Tenant.DeleteAsync(expected, clock.GetUtcNow() + options.Value.DeletionGrace, caller);
        if (!deleted.Try(out var view, out var refused))
        {
            await Loop.EndAsync();
            return refused;
        }

        await state.SaveAsync(Of(view));
        return View();
    }

    public async Task<Result<TenantView>> RestoreAsync(Caller caller)
    {
        if (!await LoadAsync())
        {
            return Problem.Conflict("This tenant is not deleted.");
        }

        var restored = await Tenant.RestoreAsync(caller);
        if (restored.Problem is null)
        {
            await CancelAsync();
        }

        return restored;
    }

    public async Task<Result<OperationView>> PurgeAsync(PurgeTenant command, Caller caller)
    {
        if (!await LoadAsync())
        {
            return Problem.Conflict("Delete the tenant first.");
        }

        if (!string.Equals(command.Confirm, state.State.Slug, StringComparison.Ordinal))
        {
            return Problem.Invalid([new FieldError("confirm", "Write the slug of the tenant that is to be purged.")]);
        }

        if (state.State.State == OperationState.Waiting)
        {
            await BeginAsync(caller.Principal, command.ReleaseSlug);
        }

        return View();
    }

    public Task<Result<OperationView>> GetAsync() => Task.FromResult<Result<OperationView>>(state.State.Tenant.IsValid ? View() : Problem.NotFound("operation"));

    public Task<Result<string>> RecordAsync() => Task.FromResult<Result<string>>(state.State.Record is { } record ? record : Problem.NotFound("deletion record"));

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (!await LoadAsync() || state.State.State == OperationState.Succeeded)
        {
            await Loop.EndAsync();
            return;
        }

        if (PurgePlan.IsDue(state.State, clock.GetUtcNow()))
        {
            await BeginAsync(by: null, releaseSlug: false);
        }

        await Loop.GoOnAsync(CancellationToken.None);
    }

    private async Task BeginAsync(string? by, bool releaseSlug)
    {
        await this.RegisterOrUpdateReminder(Reminder, WhileRunning, WhileRunning);
        await state.SaveAsync(PurgePlan.Begin(state.State, by, releaseSlug, clock.GetUtcNow()));
        Continue();
    }

    /// <summary>Whether the tenant is deleted. When only the tenant knows of it, because its deletion was cut short, it is noted here now.</summary>
    private async Task<bool> LoadAsync()
    {
        if (state.State.State is OperationState.Running or OperationState.Succeeded)
        {
            return true;
        }

        var isDeleted = (await Tenant.GetAsync()).Try(out var tenant, out _) && tenant.Status == TenantStatus.Deleted;
        if (isDeleted && (!state.State.Tenant.IsValid || state.State.State == OperationState.Cancelled))
        {
            await state.SaveAsync(Of(tenant!));
        }
        else if (!isDeleted && state.State is { Tenant.IsValid: true, State: OperationState.Waiting })
        {
            await CancelAsync();
        }

        return isDeleted;
    }

    /// <summary>Goes on by itself, now and until it is over.</summary>
    private void Continue()
    {
        if (state.State is { Tenant.IsValid: true, State: OperationState.Running })
        {
            Loop.Start();
        }
    }

    private async Task<Result<TenantPurgeState?>> RunAsync(string step, CancellationToken cancel)
    {
        var outcome = await steps.RunAsync(step, state.State, cancel);
        if (step == PurgePlan.Close && outcome.Problem is { Code: ProblemCode.Conflict })
        {
            // It was restored, and that was cut short before it was noted here.
            await CancelAsync();
            return default(TenantPurgeState);
        }

        return outcome;
    }

    private async Task NoteAsync(string step, TenantPurgeState next)
    {
        await state.SaveAsync(PurgePlan.Note(next, step, steps.All, clock.GetUtcNow()));
        if (state.State.State == OperationState.Succeeded)
        {
            await FinishAsync();
        }
    }

    private async Task ReportAsync(string step, Exception? failure, string why)
    {
        var tenant = GrainContext.RestOf();
        Log.StepFailed(logger, failure, step, tenant, why);
        PurgeTelemetry.Failed(step);
        try
        {
            await TellAsync(step);
        }
        catch (Exception untold) when (untold is not OperationCanceledException)
        {
            // The next failure tells it.
            Log.NotTold(logger, untold, tenant);
        }
    }

    /// <summary>A step that is not done for long goes on record, and to the operators' webhooks, once.</summary>
    private async Task TellAsync(string step)
    {
        var now = clock.GetUtcNow();
        if (state.State.Trouble is null)
        {
            await state.SaveAsync(PurgePlan.Failed(state.State, now));
        }

        if (!PurgePlan.IsToBeTold(state.State, now))
        {
            return;
        }

        var (trouble, tenant) = (state.State.Trouble!, GrainContext.RestOf());
        Log.KeepsFailing(logger, step, tenant, trouble.Since);
        await grains.Platform.Get<IAuditStreamGrain>("0").AppendAsync(new AuditBatch(
            [GrainRecord.Of(TenantId.Platform, trouble.Id, now, "administration", "tenants/purge-failing", GrainRecord.System, $"{state.State.Slug}/{tenant}/{step}", "unavailable")]));
        await grains.Platform.The<IWebhookIndexGrain>().PublishAsync(new WebhookEvent(
            trouble.Id, WebhookEventTypes.PurgeFailing, WebhookEventTypes.PurgeFailing, WebhookBody.PurgeFailing(state.State.Slug, tenant, step, trouble.Since, now)));
        await state.SaveAsync(state.State with { Trouble = trouble with { IsTold = true } });
    }

    private async Task FinishAsync()
    {
        var tenant = GrainContext.RestOf();
        Log.Purged(logger, tenant);
        await Loop.EndAsync();
        DeactivateOnIdle();
    }

    private async Task CancelAsync()
    {
        await state.SaveAsync(state.State with { State = OperationState.Cancelled, FinishedAt = clock.GetUtcNow() });
        await Loop.EndAsync();
    }

    private ITenantGrain Tenant => grains.For(TenantId.TryParse(GrainContext.RestOf(), out var tenant) && tenant != TenantId.Platform ? tenant : throw new TenantAccessException("The grain's key names no tenant.")).The<ITenantGrain>();

    private OperationView View() => state.State.View(steps.All, _loop?.Failing);

    private static TenantPurgeState Of(TenantView tenant) => new()
    {
        Tenant = tenant.Id,
        Slug = tenant.Slug,
        State = OperationState.Waiting,
        TenantCreatedAt = tenant.CreatedAt,
        DeletedAt = tenant.Deletion!.At,
        DeletedBy = tenant.Deletion.By,
        PurgeAt = tenant.Deletion.PurgeAt,
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "PurgeStepFailed", Level = LogLevel.Error, Message = "The step {Step} of the purge of {Tenant} is not done ({Reason}); it is tried again.")]
        public static partial void StepFailed(ILogger logger, Exception? failure, string step, string tenant, string reason);

        [LoggerMessage(EventId = 3, EventName = "PurgeKeepsFailing", Level = LogLevel.Critical, Message = "The purge of {Tenant} does not get on: its step {Step} fails since {Since:u}.")]
        public static partial void KeepsFailing(ILogger logger, string step, string tenant, DateTimeOffset since);

        [LoggerMessage(EventId = 4, EventName = "PurgeFailureNotTold", Level = LogLevel.Error, Message = "That the purge of {Tenant} fails could not be told; it is tried again.")]
        public static partial void NotTold(ILogger logger, Exception failure, string tenant);

        [LoggerMessage(EventId = 2, EventName = "TenantPurged", Level = LogLevel.Information, Message = "The tenant {Tenant} is purged.")]
        public static partial void Purged(ILogger logger, string tenant);
    }
}
