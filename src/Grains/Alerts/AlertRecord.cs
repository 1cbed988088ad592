using Platform.Abstractions.Alerts;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;

namespace Platform.Grains.Alerts;

/// <summary>The audit record of an alert that fires or is resolved.</summary>
internal static class AlertRecord
{
    public static AuditEvent Of(TenantId tenant, AlertNews news) => SystemRecord.Of(
        news.Id,
        news.At,
        tenant,
        AlertRules.IsCount(news.Alert.Signal) ? "securityViolation" : "administration",
        news.Kind == AlertNewsKind.Fired ? "alerts/fire" : "alerts/resolve",
        $"{news.Alert.Rule}/{news.Alert.Id}",
        news.Alert.ResolvedBy ?? SystemRecord.Principal);
}
