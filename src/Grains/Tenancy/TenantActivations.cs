using Orleans.Core.Internal;
using Orleans.Runtime;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Tenancy;

/// <summary>A tenant's grains that are in memory somewhere in the cluster.</summary>
internal sealed class TenantActivations(IGrainFactory factory)
{
    /// <summary>Calls under way at the same time.</summary>
    private const int AtOnce = 100;

    /// <summary>Ends them once they have nothing to do; what they hold is not stored. Asks every silo what it has, so it is for rare occasions.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="stays">Grain types that go on.</param>
    public async Task EndAsync(TenantId tenant, params IReadOnlyCollection<string> stays)
    {
#pragma warning disable RS0030 // The runtime's own grains are no tenant's, and the ids are those that it tells.
        var active = await factory.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
        foreach (var some in active.Select(grain => grain.GrainId).Where(id => IsOf(id, tenant) && !stays.Contains(id.Type.ToString()!, StringComparer.Ordinal)).Distinct().Chunk(AtOnce))
        {
            await Task.WhenAll(some.Select(id => factory.GetGrain<IGrainManagementExtension>(id).DeactivateOnIdle().AsTask()));
        }
#pragma warning restore RS0030
    }

    private static bool IsOf(GrainId grain, TenantId tenant) => GrainKeys.TryParse(grain.Key.ToString(), out var owner, out _) && owner == tenant;
}
