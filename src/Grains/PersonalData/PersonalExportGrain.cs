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

/// <summary>Collects a section after the other and keeps each, so that the next activation goes on where this one ended.</summary>
[GrainType("personal-export")]
internal sealed partial class PersonalExportGrain(
    [PersistentState("export")] IPersistentState<ExportState> state,
    ExportSteps steps,
    TenantGrains grains,
    TimeProvider clock,
    ILogger<PersonalExportGrain> logger) : Grain, IPersonalExportGrain, IRemindable
{
    /// <summary>Names the reminder of every export that is not over.</summary>
    public const string Reminder = "personal-export";

    private static readonly TimeSpan WhileRunning = TimeSpan.FromMinutes(1);

    private StepLoop<ExportState>? _loop;

    private StepLoop<ExportState> Loop => _loop ??= new StepLoop<ExportState>(this, Reminder, () => state.State.IsRunning ? state.State.Done.Next(steps.All) : null, RunAsync, NoteAsync, ReportAsync);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (state.State.IsRunning)
        {
            Loop.Start();
        }

        return Task.CompletedTask;
    }

    public async Task<Result<OperationView>> BeginAsync(Caller caller)
    {
        var (tenant, principal) = (GrainContext.TenantOf(), GrainContext.RestOf());
        if (state.State.IsRunning)
        {
            return View();
        }

        if (await Person.CheckWritableAsync(grains.For(tenant), tenant) is { } readOnly)
        {
            return readOnly;
        }

        var found = await Person.FindAsync(grains.For(tenant), principal);
        if (!found.Try(out var person, out var refused) || person.View is null)
        {
            DeactivateOnIdle();
            return refused ?? Problem.NotFound("principal");
        }

        if (!state.State.IsThere(clock.GetUtcNow()))
        {
            // The cleaner may have deleted the dead row under us; its etag is worth nothing.
            await state.ReadStateAsync();
        }

        await this.RegisterOrUpdateReminder(Reminder, WhileRunning, WhileRunning);
        await state.SaveAsync(ExportState.Begin(tenant, principal, caller.NameIn(tenant), clock.GetUtcNow()));
        Loop.Start();
        return View();
    }

    public Task<Result<OperationView>> GetAsync() => Task.FromResult(state.State.IsThere(clock.GetUtcNow()) ? View() : Missing<OperationView>("operation"));

    public Task<Result<PersonalExport>> DownloadAsync()
    {
        if (!state.State.IsThere(clock.GetUtcNow()))
        {
            return Task.FromResult(Missing<PersonalExport>("export"));
        }

        return Task.FromResult<Result<PersonalExport>>(state.State.FinishedAt is not { } collected
            ? Problem.Conflict("The export is being made.")
            : new PersonalExport
            {
                CollectedAt = collected,
                ExpiresAt = collected + ExportState.Life,
                Sections = [.. state.State.Sections.Select(section => new PersonalSection(section.Name, section.Content.GetRawText()))],
            });
    }

    public async Task ForgetAsync()
    {
        if (state.RecordExists)
        {
            await state.ClearStateAsync();
        }

        state.State = new ExportState();
        await Loop.EndAsync();
        DeactivateOnIdle();
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (!state.State.IsRunning)
        {
            await Loop.EndAsync();
            return;
        }

        await Loop.GoOnAsync(CancellationToken.None);
    }

    private async Task<Result<ExportState?>> RunAsync(string step, CancellationToken cancel)
    {
        var outcome = await steps.RunAsync(step, state.State, cancel);
        if (outcome.Try(out var next, out _) && next is null)
        {
            await ForgetAsync();
        }

        return outcome;
    }

    private async Task NoteAsync(string step, ExportState next)
    {
        await state.SaveAsync(next.Note(step, steps.All, clock.GetUtcNow()));
        if (!state.State.IsRunning)
        {
            await Loop.EndAsync();
        }
    }

    private Task ReportAsync(string step, Exception? failure, string why)
    {
        var (tenant, principal) = (GrainContext.TenantOf().ToString(), GrainContext.RestOf());
        Log.StepFailed(logger, failure, step, tenant, principal, why);
        return Task.CompletedTask;
    }

    private Result<OperationView> View() => state.State.View(steps.All, _loop?.Failing);

    // A made-up id must not stay in memory, and neither must what nobody can have any more.
    private Result<T> Missing<T>(string what)
    {
        DeactivateOnIdle();
        return Problem.NotFound(what);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "ExportStepFailed", Level = LogLevel.Error, Message = "The step {Step} of the export of {Principal} in {Tenant} is not done ({Reason}); it is tried again.")]
        public static partial void StepFailed(ILogger logger, Exception? failure, string step, string tenant, string principal, string reason);
    }
}
