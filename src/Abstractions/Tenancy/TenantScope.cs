using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Tenancy;

/// <summary>
/// The tenant on whose behalf the current asynchronous flow calls grains. Authentication sets it; the silo's call filter compares it
/// with the tenant in the key of the grain that is called and refuses when they differ or when it is missing.
/// </summary>
public static class TenantScope
{
    /// <summary>Name of the Orleans request context entry.</summary>
    public const string Key = "tenant";

    /// <summary>Enters the scope for the rest of the calling asynchronous method.</summary>
    public static void Enter(TenantId tenant) => RequestContext.Set(Key, tenant.ToString());

    /// <summary>The tenant of the current flow, or null when nobody entered one.</summary>
    public static string? Current => RequestContext.Get(Key) as string;
}
