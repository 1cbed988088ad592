using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Incidents;

/// <summary>One incident and its timeline. Key: <c>{tenant}/{id}</c>; under <c>_sys</c> the platform's own.</summary>
[Alias("incident")]
public interface IIncidentGrain : IGrainWithStringKey
{
    /// <summary>Opens it. Only the index calls it, with a title, a start and ids that exist.</summary>
    [Alias("open")]
    Task<Result<IncidentView>> OpenAsync(OpenIncident command, Caller caller);

    [Alias("get")]
    Task<Result<IncidentView>> GetAsync();

    /// <summary>Changes what is said of it; a closed one too, but not its lessons away.</summary>
    [Alias("edit")]
    Task<Result<IncidentView>> EditAsync(EditIncident command, long expected, Caller caller);

    /// <param name="command">Where to.</param>
    /// <param name="expected">Version that is changed; null for whichever.</param>
    /// <param name="caller">Who says so.</param>
    [Alias("advance")]
    Task<Result<IncidentView>> AdvanceAsync(AdvanceIncident command, long? expected, Caller caller);

    [Alias("close")]
    Task<Result<IncidentView>> CloseAsync(CloseIncident command, long? expected, Caller caller);

    [Alias("reopen")]
    Task<Result<IncidentView>> ReopenAsync(ReopenIncident command, long? expected, Caller caller);

    /// <summary>Adds to the timeline of an incident that is not closed.</summary>
    [Alias("note")]
    Task<Result<TimelineEntry>> NoteAsync(AddTimelineNote command, Caller caller);

    /// <summary>Notes what the platform saw or did; the same fact once. Nothing for an incident that is closed or does not exist.</summary>
    [Alias("record")]
    Task RecordAsync(IncidentFact fact);

    /// <summary>Oldest first, above a number.</summary>
    [Alias("timeline")]
    Task<TimelineEntry[]> TimelineAsync(int after, int count);

    /// <summary>Takes steps down as what is to be done, and answers those that are: what was named and is not done for good, or all that is left when nothing was named.</summary>
    [Alias("plan-containment")]
    Task<Result<ContainmentStep[]>> PlanAsync(ContainIncident command, Caller caller);

    /// <summary>Takes down what became of steps that were planned.</summary>
    [Alias("report-containment")]
    Task<Result<IncidentView>> ReportAsync(ContainmentStep[] steps, Caller caller);
}

/// <summary>A tenant's incidents. Key: <c>{tenant}</c>; under <c>_sys</c> the platform's own.</summary>
[Alias("incident-index")]
public interface IIncidentIndexGrain : IGrainWithStringKey
{
    /// <summary>Opens an incident; the alerts that it names must be the tenant's.</summary>
    [Alias("open")]
    Task<Result<IncidentView>> OpenAsync(OpenIncident command, Caller caller);

    /// <summary>Newest first, older than <paramref name="after"/> when given.</summary>
    [Alias("page")]
    Task<IncidentSummary[]> PageAsync(IncidentFilter filter, string? after, int count);

    [Alias("find")]
    Task<Result<IncidentSummary>> FindAsync(string id);

    /// <summary>Notes a fact in every incident that is not closed.</summary>
    [Alias("record")]
    Task RecordAsync(IncidentFact fact);

    /// <summary>An incident tells how it looks now.</summary>
    [Alias("changed")]
    Task ChangedAsync(IncidentSummary incident);
}
