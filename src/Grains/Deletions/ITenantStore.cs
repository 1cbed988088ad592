using Platform.Abstractions.Tenants;

namespace Platform.Grains.Deletions;

/// <summary>A place beside grain state where things of tenants are kept. Whoever adds one registers it here, or a deleted tenant leaves something behind.</summary>
public interface ITenantStore
{
    /// <summary>As operations and deletion records call it: lower-case letters and hyphens.</summary>
    string Name { get; }

    /// <summary>How much there is of the tenant.</summary>
    ValueTask<long> CountAsync(TenantId tenant, CancellationToken cancel);

    /// <summary>Removes all of it and nothing of another tenant; on disk when it returns. Can be asked again, also of a tenant that has nothing.</summary>
    ValueTask PurgeAsync(TenantId tenant, CancellationToken cancel);
}
