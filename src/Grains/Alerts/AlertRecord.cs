using Platform.Abstractions.Alerts;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;

namespace Platform.Grains.Alerts;

/// <summary>The audit record of an alert that fires or is resolved.</summary>
internal static class AlertRecord
{
    public static AuditEvent Of(TenantId tenant, AlertNews news) => GrainRecord.Of(
        tenant,
        news.Id,
        news.At,
        AlertRules.IsCount(news.Alert.Signal) ? "securityViolation" : "administration",
        news.Kind == AlertNewsKind.Fired ? "alerts/fire" : "alerts/resolve",
        news.Alert.ResolvedBy ?? GrainRecord.System,
        $"{news.Alert.Rule}/{news.Alert.Id}");
}
