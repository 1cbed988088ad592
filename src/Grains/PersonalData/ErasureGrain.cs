using Microsoft.Extensions.Logging;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Operations;
using Platform.Abstractions.PersonalData;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Operations;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.PersonalData;

/// <summary>
/// Does one step after the other and notes each, so that the next activation goes on where this one ended. That it was asked for is on disk, and a reminder is set, before anything is erased.
/// </summary>
[GrainType("erasure")]
internal sealed partial class ErasureGrain(
    [PersistentState("erasure")] IPersistentState<ErasureState> state,
    ErasureSteps steps,
    TenantGrains grains,
    TimeProvider clock,
    ILogger<ErasureGrain> logger) : Grain, IErasureGrain, IRemindable
{
    /// <summary>Names the reminder of every erasure that is not over.</summary>
    public const string Reminder = "erasure";

    /// <summary>An erasure whose silo died goes on in another after this time.</summary>
    private static readonly TimeSpan WhileRunning = TimeSpan.FromMinutes(1);

    private StepLoop<ErasureState>? _loop;

    private StepLoop<ErasureState> Loop => _loop ??= new StepLoop<ErasureState>(this, Reminder, () => IsRunning ? state.State.Done.Next(steps.All) : null, RunAsync, NoteAsync, ReportAsync);

    private bool IsRunning => state.State is { Tenant.IsValid: true, State: OperationState.Running };

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (IsRunning)
        {
            Loop.Start();
        }

        return Task.CompletedTask;
    }

    public async Task<Result<OperationView>> EraseAsync(ErasePrincipal command, Caller caller)
    {
        var (tenant, principal) = (GrainContext.TenantOf(), GrainContext.RestOf());
        if (!string.Equals(command.Confirm, principal, StringComparison.Ordinal))
        {
            return Problem.Invalid([new FieldError("confirm", "Write the id of the person who is to be erased.")]);
        }

        if (state.State.Tenant.IsValid)
        {
            return View();
        }

        if (caller.Tenant == tenant && string.Equals(caller.Principal, principal, StringComparison.Ordinal))
        {
            return Problem.Conflict("Nobody erases themselves. Ask another administrator.");
        }

        if ((await Person.CheckWritableAsync(grains.For(tenant), tenant) ?? (await Person.FindAsync(grains.For(tenant), principal)).Problem) is { } refused)
        {
            DeactivateOnIdle();
            return refused;
        }

        await this.RegisterOrUpdateReminder(Reminder, WhileRunning, WhileRunning);
        await state.SaveAsync(ErasurePlan.Begin(tenant, principal, command.KeepIssuedKeys, caller.NameIn(tenant), clock.GetUtcNow()));
        Loop.Start();

        // The person is shut out before anybody hears that it has begun; the rest follows.
        var closed = await steps.RunAsync(ErasurePlan.Close, state.State, CancellationToken.None);
        if (!closed.Try(out var next, out refused))
        {
            await CancelAsync();
            return refused;
        }

        await NoteAsync(ErasurePlan.Close, next!);
        return View();
    }

    public Task<Result<OperationView>> GetAsync() => Task.FromResult(state.State.Tenant.IsValid ? View() : Missing<OperationView>("operation"));

    public Task<Result<string>> RecordAsync() => Task.FromResult(state.State.Record is { } record ? record : Missing<string>("erasure record"));

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (!IsRunning)
        {
            await Loop.EndAsync();
            return;
        }

        await Loop.GoOnAsync(CancellationToken.None);
    }

    private async Task<Result<ErasureState?>> RunAsync(string step, CancellationToken cancel)
    {
        var outcome = await steps.RunAsync(step, state.State, cancel);
        if (step == ErasurePlan.Close && outcome.Problem is not null)
        {
            // It died before anybody was shut out, and by now it is the last admin: nothing was done.
            await CancelAsync();
            return default(ErasureState);
        }

        return outcome;
    }

    private async Task NoteAsync(string step, ErasureState next)
    {
        await state.SaveAsync(ErasurePlan.Note(next, step, steps.All, clock.GetUtcNow()));
        if (state.State.State == OperationState.Succeeded)
        {
            var (tenant, principal) = (GrainContext.TenantOf().ToString(), GrainContext.RestOf());
            Log.Erased(logger, tenant, principal);
            await Loop.EndAsync();
            DeactivateOnIdle();
        }
    }

    /// <summary>Nothing was done: it is as if nobody had asked.</summary>
    private async Task CancelAsync()
    {
        await state.ClearStateAsync();
        state.State = new ErasureState();
        await Loop.EndAsync();
        DeactivateOnIdle();
    }

    private Task ReportAsync(string step, Exception? failure, string why)
    {
        var (tenant, principal) = (GrainContext.TenantOf().ToString(), GrainContext.RestOf());
        Log.StepFailed(logger, failure, step, tenant, principal, why);
        return Task.CompletedTask;
    }

    private Result<OperationView> View() => state.State.View(steps.All, _loop?.Failing);

    // A made-up id must not stay in memory.
    private Result<T> Missing<T>(string what)
    {
        if (!state.RecordExists)
        {
            DeactivateOnIdle();
        }

        return Problem.NotFound(what);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "ErasureStepFailed", Level = LogLevel.Error, Message = "The step {Step} of the erasure of {Principal} in {Tenant} is not done ({Reason}); it is tried again.")]
        public static partial void StepFailed(ILogger logger, Exception? failure, string step, string tenant, string principal, string reason);

        [LoggerMessage(EventId = 2, EventName = "PrincipalErased", Level = LogLevel.Information, Message = "{Principal} in {Tenant} is erased.")]
        public static partial void Erased(ILogger logger, string tenant, string principal);
    }
}
