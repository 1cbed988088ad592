using Platform.Abstractions.Identity;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Configurations;

/// <summary>What somebody wants a tenant to be, beside what it is.</summary>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Author">Who asks, with what they hold: grains refuse them what they refuse on their routes.</param>
/// <param name="Now">As it is.</param>
/// <param name="Wanted">Valid in itself.</param>
/// <param name="Prune">What a section does not name goes.</param>
internal sealed record ConfigurationRequest(TenantId Tenant, Authority Author, ConfigurationSnapshot Now, TenantConfiguration Wanted, bool Prune);
