using Platform.Abstractions.Alerts;
using Platform.Abstractions.Tenants;

namespace Platform.Admin.Management;

/// <summary>What a tenant's overview shows of metrics and alerts.</summary>
internal static class WatchCalls
{
    /// <summary>The last hour by minutes.</summary>
    public static Task<Answer<MetricSeriesView>> LastHourAsync(this ManagementClient management, string? slug, string metric) =>
        management.OfOwnerAsync<MetricSeriesView>(HttpMethod.Get, slug, $"/alert-metrics/{metric}?step=60");

    public static Task<Answer<Page<AlertView>>> FiringAlertsAsync(this ManagementClient management, string? slug) =>
        management.OfOwnerAsync<Page<AlertView>>(HttpMethod.Get, slug, "/alerts?state=firing&pageSize=20");
}
