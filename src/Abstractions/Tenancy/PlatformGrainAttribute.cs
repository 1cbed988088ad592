namespace Platform.Abstractions.Tenancy;

/// <summary>The interface's grains live under <c>_sys/</c> and may be called by grains of any tenant (not by their clients).</summary>
[AttributeUsage(AttributeTargets.Interface)]
public sealed class OpenToTenantGrainsAttribute : Attribute;

/// <summary>Grains under <c>_sys/</c> may call this interface in any tenant, to create and manage tenants.</summary>
[AttributeUsage(AttributeTargets.Interface)]
public sealed class OpenToPlatformGrainsAttribute : Attribute;
