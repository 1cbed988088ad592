using Platform.Abstractions.Alerts;

namespace Platform.Grains.Alerts;

/// <summary>A rule as people see it.</summary>
internal static class AlertRuleViews
{
    public static AlertRuleView Of(AlertRuleDefinition rule, bool builtIn, AlertRuleStatus status, AlertView? firing, Measure measure, DateTimeOffset now) => new()
    {
        Name = rule.Name,
        Signal = rule.Signal,
        Threshold = rule.Threshold,
        WindowSeconds = rule.WindowSeconds,
        MinimumSample = AlertRules.NeedsSample(rule.Signal) ? rule.MinimumSample : null,
        ResolveBelow = rule.ResolveBelow,
        ResolveAfterWindows = rule.ResolveAfterWindows,
        Enabled = rule.Enabled,
        Description = rule.Description,
        BuiltIn = builtIn,
        Version = rule.Version,
        ChangedAt = rule.ChangedAt,
        ChangedBy = rule.ChangedBy,
        Value = AlertRules.NeedsSample(rule.Signal) && measure.Sample == 0 ? null : decimal.Round(measure.Value, 3),
        Alert = firing?.Id,
        Silence = AlertBook.IsSilent(status, now) ? status.Silence : null,
    };
}
