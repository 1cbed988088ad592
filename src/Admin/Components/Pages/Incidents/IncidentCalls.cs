using System.Globalization;
using Platform.Abstractions.Incidents;
using Platform.Abstractions.Tenants;
using Platform.Admin.Management;

namespace Platform.Admin.Components.Pages.Incidents;

/// <summary>Incidents of a tenant or, where the slug is null, of the platform.</summary>
internal static class IncidentCalls
{
    public static Task<Answer<Page<IncidentSummary>>> IncidentsAsync(this ManagementClient management, string? slug, string? status, int size, string? token) =>
        management.OfOwnerAsync<Page<IncidentSummary>>(HttpMethod.Get, slug, "/incidents" + ManagementClient.Paging(size, token) + (status is null ? "" : "&status=" + Uri.EscapeDataString(status)));

    public static Task<Answer<IncidentView>> OpenIncidentAsync(this ManagementClient management, string? slug, OpenIncident command) => management.OfOwnerAsync<IncidentView>(HttpMethod.Post, slug, "/incidents", command);

    public static Task<Answer<IncidentView>> IncidentAsync(this ManagementClient management, string? slug, string id) => OfIncidentAsync<IncidentView>(management, HttpMethod.Get, slug, id, "");

    /// <param name="slug">Null for the platform.</param>
    /// <param name="id">Of the incident.</param>
    /// <param name="command">All of it.</param>
    /// <param name="version">That was read.</param>
    public static Task<Answer<IncidentView>> EditIncidentAsync(this ManagementClient management, string? slug, string id, EditIncident command, long version) =>
        OfIncidentAsync<IncidentView>(management, HttpMethod.Put, slug, id, "", command, version);

    public static Task<Answer<IncidentView>> AdvanceIncidentAsync(this ManagementClient management, string? slug, string id, AdvanceIncident command, long? version) =>
        OfIncidentAsync<IncidentView>(management, HttpMethod.Post, slug, id, ":advance", command, version);

    public static Task<Answer<IncidentView>> CloseIncidentAsync(this ManagementClient management, string? slug, string id, CloseIncident command, long? version) =>
        OfIncidentAsync<IncidentView>(management, HttpMethod.Post, slug, id, ":close", command, version);

    public static Task<Answer<IncidentView>> ReopenIncidentAsync(this ManagementClient management, string? slug, string id, ReopenIncident command) =>
        OfIncidentAsync<IncidentView>(management, HttpMethod.Post, slug, id, ":reopen", command);

    public static Task<Answer<Contained>> ContainIncidentAsync(this ManagementClient management, string? slug, string id, ContainIncident command) =>
        OfIncidentAsync<Contained>(management, HttpMethod.Post, slug, id, ":contain", command);

    public static Task<Answer<TimelineEntry>> NoteAsync(this ManagementClient management, string? slug, string id, AddTimelineNote command) =>
        OfIncidentAsync<TimelineEntry>(management, HttpMethod.Post, slug, id, "/timeline", command);

    /// <summary>All of it, oldest first: REST bounds what a timeline can hold.</summary>
    public static Task<Answer<IReadOnlyList<TimelineEntry>>> TimelineAsync(this ManagementClient management, string? slug, string id) => AllPages.ReadAsync(
        token => OfIncidentAsync<Page<TimelineEntry>>(management, HttpMethod.Get, slug, id, "/timeline" + ManagementClient.Paging(ManagementClient.MostItems, token)), IncidentRules.MaxEntries);

    private static Task<Answer<T>> OfIncidentAsync<T>(ManagementClient management, HttpMethod method, string? slug, string id, string rest, object? body = null, long? version = null) =>
        IncidentId.IsValid(id)
            ? management.OfOwnerAsync<T>(method, slug, $"/incidents/{id}{rest}", body, version?.ToString(CultureInfo.InvariantCulture))
            : Task.FromResult(new Answer<T>(ProblemView.NotFound()));
}

/// <summary>What a request to contain came to.</summary>
internal sealed record Contained(bool Complete, IReadOnlyList<ContainmentStep> Steps);
