namespace Platform.Api.Tenants;

/// <summary>Whose a host is.</summary>
internal enum HostOwnerKind
{
    /// <summary>Nobody's here: nothing is served.</summary>
    Foreign = 0,

    /// <summary>The platform's own: every tenant by its path.</summary>
    Platform = 1,

    /// <summary>One tenant's: that tenant and no other.</summary>
    Tenant = 2,
}

/// <param name="Kind">Whose.</param>
/// <param name="Slug">The tenant; null unless it is a tenant's.</param>
/// <param name="Site">Scheme, canonical host and port of what is served there, without a trailing slash.</param>
internal readonly record struct HostOwner(HostOwnerKind Kind, string? Slug, string Site);
