using Platform.Abstractions.Identity;
using Platform.Abstractions.Incidents;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Incidents;

[GrainType("incident")]
internal sealed class IncidentGrain(
    [PersistentState("incident")] IPersistentState<IncidentState> state,
    TenantGrains grains,
    TimeProvider clock) : Grain, IIncidentGrain
{
    private IncidentState Now => state.State;

    public async Task<Result<IncidentView>> OpenAsync(OpenIncident command, Caller caller)
    {
        if (!state.RecordExists)
        {
            await SaveAsync(IncidentLifecycle.Open(GrainContext.RestOf(), command, caller.NameIn(GrainContext.TenantOf()), clock.GetUtcNow()));
        }

        return Now.View();
    }

    public Task<Result<IncidentView>> GetAsync() => Task.FromResult<Result<IncidentView>>(state.RecordExists ? Now.View() : Unknown());

    public Task<Result<IncidentView>> EditAsync(EditIncident command, long expected, Caller caller) =>
        ChangeAsync(() => IncidentLifecycle.Edit(Now, command, expected, caller.NameIn(GrainContext.TenantOf()), clock.GetUtcNow()));

    public Task<Result<IncidentView>> AdvanceAsync(AdvanceIncident command, long? expected, Caller caller) =>
        ChangeAsync(() => IncidentLifecycle.Advance(Now, command, expected, caller.NameIn(GrainContext.TenantOf()), clock.GetUtcNow()));

    public Task<Result<IncidentView>> CloseAsync(CloseIncident command, long? expected, Caller caller) =>
        ChangeAsync(() => IncidentLifecycle.Close(Now, command, expected, caller.NameIn(GrainContext.TenantOf()), clock.GetUtcNow()));

    public Task<Result<IncidentView>> ReopenAsync(ReopenIncident command, long? expected, Caller caller) =>
        ChangeAsync(() => IncidentLifecycle.Reopen(Now, command, expected, caller.NameIn(GrainContext.TenantOf()), clock.GetUtcNow()));

    public async Task<Result<TimelineEntry>> NoteAsync(AddTimelineNote command, Caller caller) =>
        (await ChangeAsync(() => IncidentTimeline.Note(Now, command, caller.NameIn(GrainContext.TenantOf()), clock.GetUtcNow()))).Problem is { } refused ? refused : Now.Timeline[^1];

    public async Task RecordAsync(IncidentFact fact)
    {
        var next = IncidentTimeline.Record(Now, fact, clock.GetUtcNow());
        if (state.RecordExists && !ReferenceEquals(next, Now))
        {
            await state.SaveAsync(next);
        }
    }

    public Task<TimelineEntry[]> TimelineAsync(int after, int count) =>
        Task.FromResult(Now.Timeline.Skip(Math.Max(0, after)).Take(Math.Clamp(count, 1, IncidentRules.MaxEntries)).ToArray());

    public async Task<Result<ContainmentStep[]>> PlanAsync(ContainIncident command, Caller caller)
    {
        if (!state.RecordExists)
        {
            return Unknown();
        }

        TenantId? tenant = null;
        if (command.Tenant is { } slug)
        {
            if (!(await grains.Platform.Get<ITenantDirectoryGrain>(slug).FindAsync()).Try(out var named, out _))
            {
                return Problem.Invalid([new FieldError("tenant", "There is no such tenant.")]);
            }

            tenant = named;
        }

        if (!ContainmentPlan.Take(Now, command, tenant, caller.NameIn(GrainContext.TenantOf()), clock.GetUtcNow()).Try(out var plan, out var refused))
        {
            return refused;
        }

        if (!ReferenceEquals(plan.State, Now))
        {
            await SaveAsync(plan.State);
        }

        return plan.Steps;
    }

    public Task<Result<IncidentView>> ReportAsync(ContainmentStep[] steps, Caller caller) =>
        ChangeAsync(() => ContainmentPlan.Report(Now, steps, caller.NameIn(GrainContext.TenantOf()), clock.GetUtcNow()));

    private async Task<Result<IncidentView>> ChangeAsync(Func<Result<IncidentState>> change)
    {
        if (!state.RecordExists)
        {
            return Unknown();
        }

        if (!change().Try(out var next, out var refused))
        {
            return refused;
        }

        await SaveAsync(next);
        return Now.View();
    }

    private async Task SaveAsync(IncidentState next)
    {
        await state.SaveAsync(next);
        await grains.For(GrainContext.TenantOf()).The<IIncidentIndexGrain>().ChangedAsync(next.Summary());
    }

    private static Problem Unknown() => Problem.NotFound("incident");
}
