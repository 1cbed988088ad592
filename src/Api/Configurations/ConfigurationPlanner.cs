using Platform.Abstractions.Problems;
using Platform.Api.Management;

namespace Platform.Api.Configurations;

/// <summary>All changes that a document asks for, in an order in which each finds what it needs, when its author may ask for all of them.</summary>
internal sealed class ConfigurationPlanner(RoleSection roles, LimitSection limits, AlertSection alerts, MemberSection members)
{
    /// <summary>Changes of one request: few enough for seconds. A document that asks for more is applied in parts.</summary>
    public const int MaxChanges = 500;

    public async Task<Result<IReadOnlyList<PlannedChange>>> PlanAsync(ConfigurationRequest request, ManagementExchange exchange)
    {
        if (ConfigurationAccess.CheckReading(request.Wanted, exchange.Permissions) is { } unreadable)
        {
            return unreadable;
        }

        PlannedChange[] changes = [.. roles.Set(request), .. limits.Set(request), .. alerts.Prune(request), .. alerts.Set(request), .. members.Set(request), .. roles.Prune(request)];
        if (ConfigurationAccess.CheckWriting(changes, exchange) is { } denied)
        {
            return denied;
        }

        return changes.Count(change => change.Steps.Count > 0) > MaxChanges
            ? Problem.InvalidParams($"This changes more than {MaxChanges} objects. Apply it in parts.")
            : await TryAsync(request, changes) is { } refused ? refused
            : changes;
    }

    /// <summary>Asks those who make the changes whether they would: nothing is begun that is known not to come to its end, and a dry run says the same.</summary>
    private async Task<Problem?> TryAsync(ConfigurationRequest request, PlannedChange[] changes)
    {
        var faults = new ConfigurationFaults();
        var then = await roles.TryAsync(request, changes, faults);
        await limits.TryAsync(request, faults);
        await alerts.TryAsync(request, changes, faults);
        await members.TryAsync(request, changes, then, faults);
        return faults.Problem;
    }
}
