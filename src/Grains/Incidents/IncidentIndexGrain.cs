using System.Text.Json;
using Orleans.Concurrency;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Incidents;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Incidents;

/// <summary>A tenant's incidents in memory, rebuilt from their own rows. Reentrant: an incident that is being stored tells this grain about itself.</summary>
[GrainType("incident-index"), Reentrant]
internal sealed class IncidentIndexGrain(IStateIndex rows, TenantGrains grains, TimeProvider clock) : Grain, IIncidentIndexGrain
{
    /// <summary>By id, so in the order of opening.</summary>
    private readonly SortedDictionary<string, IncidentSummary> _incidents = new(StringComparer.Ordinal);

    private TenantGrains.Scoped Own => grains.For(GrainContext.TenantOf());

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await foreach (var row in rows.AllAsync(GrainContext.TenantOf().ToString(), "incident", cancellationToken))
        {
            if (row.Info is not null && JsonSerializer.Deserialize(row.Info, GrainStateJson.Default.IncidentSummary) is { } incident)
            {
                _incidents.TryAdd(incident.Id, incident);
            }
        }
    }

    public async Task<Result<IncidentView>> OpenAsync(OpenIncident command, Caller caller)
    {
        if (_incidents.Count >= IncidentRules.MaxKept || Open().Count() >= IncidentRules.MaxOpen)
        {
            return Problem.QuotaExceeded($"There are at most {IncidentRules.MaxOpen} incidents that are not closed, and {IncidentRules.MaxKept} in all.");
        }

        var now = clock.GetUtcNow();
        if (command.StartedAt > now)
        {
            return Problem.Invalid([new FieldError("startedAt", "Nothing began in the future.")]);
        }

        if (!(await FromAlertsAsync(command)).Try(out var whole, out var unknown))
        {
            return unknown;
        }

        return await Own.Get<IIncidentGrain>(IncidentId.New(now)).OpenAsync(whole, caller);
    }

    public Task<IncidentSummary[]> PageAsync(IncidentFilter filter, string? after, int count) =>
        Task.FromResult(_incidents.Values
            .Reverse()
            .Where(incident => (after is null || string.CompareOrdinal(incident.Id, after) < 0) && filter.Wants(incident))
            .Take(Math.Clamp(count, 1, 201))
            .ToArray());

    public Task<Result<IncidentSummary>> FindAsync(string id) =>
        Task.FromResult<Result<IncidentSummary>>(_incidents.TryGetValue(id, out var incident) ? incident : Problem.NotFound("incident"));

    public Task RecordAsync(IncidentFact fact) => Task.WhenAll(Open().Select(incident => Own.Get<IIncidentGrain>(incident.Id).RecordAsync(fact)).ToArray());

    public Task ChangedAsync(IncidentSummary incident)
    {
        _incidents[incident.Id] = incident;
        return Task.CompletedTask;
    }

    private IEnumerable<IncidentSummary> Open() => _incidents.Values.Where(incident => incident.Status != IncidentStatus.Closed);

    /// <summary>What the named alerts tell takes the place of what was left out; one that is not there is refused.</summary>
    private async Task<Result<OpenIncident>> FromAlertsAsync(OpenIncident command)
    {
        if (command.Alerts is not { Length: > 0 } ids)
        {
            return command;
        }

        var known = await Own.The<IAlertRuleGrain>().AlertsAsync(null, null, AlertRules.MaxKept);
        AlertView[] alerts = [.. known.Where(alert => ids.Contains(alert.Id, StringComparer.Ordinal)).OrderBy(alert => alert.FiredAt)];
        if (alerts.Length < ids.Length)
        {
            return Problem.Invalid([new FieldError("alerts", "There is no such alert, or it is no longer kept.")]);
        }

        return command with { Title = command.Title ?? $"Alert {alerts[0].Rule}", StartedAt = command.StartedAt ?? alerts[0].FiredAt };
    }
}
