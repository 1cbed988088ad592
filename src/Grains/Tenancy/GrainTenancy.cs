using Orleans.Runtime;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Tenancy;

internal static class GrainTenancy
{
    /// <summary>The tenant in the grain's own key. A key that <see cref="GrainKeys"/> did not make has no grain.</summary>
    public static TenantId TenantOf(this IGrainContext context) =>
        GrainKeys.TryParse(context.GrainId.Key.ToString(), out var tenant, out _)
            ? tenant
            : throw new TenantAccessException("The grain's key names no tenant.");

    /// <summary>What follows the tenant in the grain's own key.</summary>
    public static string RestOf(this IGrainContext context) =>
        GrainKeys.TryParse(context.GrainId.Key.ToString(), out _, out var rest)
            ? rest
            : throw new TenantAccessException("The grain's key names no tenant.");
}
