using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Identity;

/// <summary>Who asks. Commands that change state carry it explicitly; nothing takes it from ambient state or from a request body.</summary>
/// <param name="Tenant">The tenant the credential belongs to; <c>_sys</c> for platform operators.</param>
/// <param name="Principal">Id of the principal, such as <c>usr_…</c> or <c>svc_…</c>.</param>
/// <param name="Credential">Public id of the credential used, such as a key id; never the secret.</param>
[GenerateSerializer, Alias("caller"), Immutable]
public sealed record Caller(
    [property: Id(0)] TenantId Tenant,
    [property: Id(1)] string Principal,
    [property: Id(2)] string Credential)
{
    /// <summary>
    /// What a tenant's trail and things call the caller: the id at home, <c>tenant/id</c> anywhere else, as in <c>_sys/usr_admin</c>. Ids are unique in one tenant alone, so whoever asks what
    /// a person did must not find what an operator of the same name did. No id has a slash.
    /// </summary>
    /// <param name="trail">The tenant whose trail or thing it is.</param>
    public string NameIn(TenantId trail) => Tenant == trail ? Principal : $"{Tenant}/{Principal}";
}
