using Platform.Abstractions.Alerts;
using Platform.Abstractions.Tenancy;

namespace Platform.Api.Configurations;

/// <summary>Alert rules; those that are built in can be changed and stay.</summary>
internal sealed class AlertSection(TenantGrains grains)
{
    public IEnumerable<PlannedChange> Set(ConfigurationRequest request)
    {
        var known = (request.Now.AlertRules ?? []).ToDictionary(rule => rule.Name, StringComparer.Ordinal);
        foreach (var (name, rule) in (request.Wanted.AlertRules ?? new Dictionary<string, PutAlertRule>(StringComparer.Ordinal)).OrderBy(rule => rule.Key, StringComparer.Ordinal))
        {
            var before = known.GetValueOrDefault(name);
            var after = Whole(rule);
            yield return PlannedChange.Between(ConfigurationKind.AlertRule, name, before is null ? null : before.ToPut(), after, _ =>
                [new ChangeStep("alert-rules/put", async () => (await Rules(request).PutAsync(name, after, before?.Version, request.Author.Caller)).Problem)]);
        }
    }

    public IEnumerable<PlannedChange> Prune(ConfigurationRequest request)
    {
        if (request.Wanted.AlertRules is not { } wanted || !request.Prune)
        {
            yield break;
        }

        foreach (var rule in request.Now.AlertRules!.Where(rule => !rule.BuiltIn && !wanted.ContainsKey(rule.Name)))
        {
            yield return PlannedChange.Between(ConfigurationKind.AlertRule, rule.Name, rule.ToPut(), null, _ =>
                [new ChangeStep("alert-rules/delete", () => Rules(request).DeleteAsync(rule.Name, rule.Version, request.Author.Caller))]);
        }
    }

    public async Task TryAsync(ConfigurationRequest request, IReadOnlyList<PlannedChange> changes, ConfigurationFaults faults)
    {
        AlertRuleDraft[] drafts = [.. changes.Where(change => change is { Kind: ConfigurationKind.AlertRule, Steps.Count: > 0 })
            .Select(change => new AlertRuleDraft(change.Name!, change.Action == ConfigurationAction.Delete ? null : Whole(request.Wanted.AlertRules![change.Name!])))];
        if (drafts.Length > 0)
        {
            faults.Add("alertRules", await Rules(request).TryAsync(drafts, request.Author.Caller));
        }
    }

    private IAlertRuleGrain Rules(ConfigurationRequest request) => grains.For(request.Tenant).The<IAlertRuleGrain>();

    /// <summary>With what a rule has when nothing is said.</summary>
    private static PutAlertRule Whole(PutAlertRule rule) => rule with
    {
        MinimumSample = AlertRules.NeedsSample(rule.Signal) ? rule.MinimumSample ?? AlertRules.DefaultSample : null,
        ResolveBelow = rule.ResolveBelow ?? rule.Threshold,
    };
}
