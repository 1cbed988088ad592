using System.Globalization;
using System.Text.Json;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.Tenants;
using Platform.Admin.Management;

namespace Platform.Admin.Components.Pages.Alerts;

/// <summary>Alert rules, alerts and metrics, of a tenant or, where the slug is null, of the platform.</summary>
internal static class AlertCalls
{
    public static Task<Answer<Page<AlertRuleView>>> AlertRulesAsync(this ManagementClient management, string? slug) => management.OfOwnerAsync<Page<AlertRuleView>>(HttpMethod.Get, slug, "/alert-rules" + ManagementClient.Paging(ManagementClient.MostItems, null));

    public static Task<Answer<AlertRuleView>> AlertRuleAsync(this ManagementClient management, string? slug, string rule) => OfRuleAsync<AlertRuleView>(management, HttpMethod.Get, slug, rule);

    /// <param name="slug">Null for the platform.</param>
    /// <param name="rule">Its name.</param>
    /// <param name="command">All of it.</param>
    /// <param name="version">That was read; null for a new rule.</param>
    public static Task<Answer<AlertRuleView>> PutAlertRuleAsync(this ManagementClient management, string? slug, string rule, PutAlertRule command, long? version) =>
        OfRuleAsync<AlertRuleView>(management, HttpMethod.Put, slug, rule, body: command, ifMatch: version?.ToString(CultureInfo.InvariantCulture) ?? ManagementClient.New);

    public static Task<Answer<bool>> DeleteAlertRuleAsync(this ManagementClient management, string? slug, string rule, long version) => OfRuleAsync<bool>(management, HttpMethod.Delete, slug, rule, ifMatch: version.ToString(CultureInfo.InvariantCulture));

    public static Task<Answer<AlertRuleView>> SilenceAsync(this ManagementClient management, string? slug, string rule, SilenceAlertRule command) => OfRuleAsync<AlertRuleView>(management, HttpMethod.Post, slug, rule, ":silence", command);

    public static Task<Answer<AlertRuleView>> UnsilenceAsync(this ManagementClient management, string? slug, string rule) => OfRuleAsync<AlertRuleView>(management, HttpMethod.Post, slug, rule, ":unsilence");

    public static Task<Answer<AlertView>> ResolveAlertAsync(this ManagementClient management, string? slug, string rule) => OfRuleAsync<AlertView>(management, HttpMethod.Post, slug, rule, ":resolve");

    public static Task<Answer<ChannelTest>> TestChannelsAsync(this ManagementClient management, string? slug, string rule) => OfRuleAsync<ChannelTest>(management, HttpMethod.Post, slug, rule, ":test");

    public static Task<Answer<BackTestView>> BackTestAsync(this ManagementClient management, string? slug, BackTestNewRule command) => management.OfOwnerAsync<BackTestView>(HttpMethod.Post, slug, "/alert-rules:backTest", command);

    public static Task<Answer<Page<AlertView>>> AlertsAsync(this ManagementClient management, string? slug, string? state, int size, string? token) =>
        management.OfOwnerAsync<Page<AlertView>>(HttpMethod.Get, slug, "/alerts" + ManagementClient.Paging(size, token) + (state is null ? "" : "&state=" + Uri.EscapeDataString(state)));

    public static Task<Answer<MetricSeriesView>> MetricAsync(this ManagementClient management, string? slug, AlertSignal signal, DateTimeOffset from, DateTimeOffset to, int stepSeconds) =>
        management.OfOwnerAsync<MetricSeriesView>(HttpMethod.Get, slug, $"/alert-metrics/{JsonSerializer.Serialize(signal).Trim('"')}?from={Moment(from)}&to={Moment(to)}&step={stepSeconds}");

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static Task<Answer<T>> OfRuleAsync<T>(ManagementClient management, HttpMethod method, string? slug, string rule, string verb = "", object? body = null, string? ifMatch = null) =>
        AlertRules.IsName(rule)
            ? management.OfOwnerAsync<T>(method, slug, $"/alert-rules/{rule}{verb}", body, ifMatch)
            : Task.FromResult(new Answer<T>(ProblemView.NotFound()));
}

/// <summary>How a test of an alert rule's channels went.</summary>
internal sealed record ChannelTest(IReadOnlyList<AlertChannelView> Channels);
