using Platform.Abstractions.Audit;
using Platform.Abstractions.Operations;
using Platform.Abstractions.Tenants;
using Platform.Admin.Management;

namespace Platform.Admin.Components.Pages.Operations;

/// <summary>How the platform itself is, and what goes on for long.</summary>
internal static class OperationCalls
{
    public static Task<Answer<Page<SiloView>>> SilosAsync(this ManagementClient management) => management.SendAsync<Page<SiloView>>(HttpMethod.Get, "v1/platform/silos");

    public static Task<Answer<Page<GrainCount>>> GrainsAsync(this ManagementClient management) => management.SendAsync<Page<GrainCount>>(HttpMethod.Get, "v1/platform/grains");

    public static Task<Answer<StorageView>> StorageAsync(this ManagementClient management) => management.SendAsync<StorageView>(HttpMethod.Get, "v1/platform/storage");

    public static Task<Answer<AuditHealthView>> AuditHealthAsync(this ManagementClient management) => management.SendAsync<AuditHealthView>(HttpMethod.Get, "v1/platform/audit-health");

    public static Task<Answer<Page<AuditFinding>>> FindingsAsync(this ManagementClient management) => management.SendAsync<Page<AuditFinding>>(HttpMethod.Get, "v1/audit-findings?pageSize=200");

    public static Task<Answer<Page<OperationView>>> OperationsAsync(this ManagementClient management, OperationState? state, int size, string? token) =>
        management.SendAsync<Page<OperationView>>(HttpMethod.Get, "v1/operations" + ManagementClient.Paging(size, token) + (state is { } wanted ? "&state=" + OperationText.Name(wanted) : ""));

    public static Task<Answer<OperationView>> OperationAsync(this ManagementClient management, string id) =>
        id.Length is > 0 and <= 200 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? management.SendAsync<OperationView>(HttpMethod.Get, "v1/operations/" + id)
            : Task.FromResult(new Answer<OperationView>(ProblemView.NotFound()));
}
