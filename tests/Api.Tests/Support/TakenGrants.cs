using System.Collections.Concurrent;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;

namespace Platform.Api.Tests.Support;

/// <summary>Takes permissions from all callers of a tenant, as a change of its roles does: keys stay good, and verdicts that are still kept count until they lapse.</summary>
internal sealed class TakenGrants : IIncomingGrainCallFilter
{
    private readonly ConcurrentDictionary<string, string[]> _left = new(StringComparer.Ordinal);

    /// <summary>From now on the tenant's roles grant this and nothing else.</summary>
    public async Task LeaveOnlyAsync(TenantClient tenant, params string[] grants)
    {
        var view = await tenant.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}");
        _left[view.Json.GetProperty("id").GetString()!] = grants;
    }

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        if (context.Grain is IRoleBookGrain && context.Result is Result<AccessRule[]> && _left.TryGetValue(context.TargetId.Key.ToString()!, out var grants))
        {
            context.Result = (Result<AccessRule[]>)new AccessRule[] { new() { Role = "left", Allow = grants } };
        }
    }
}
