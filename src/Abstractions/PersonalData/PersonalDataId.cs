using Platform.Abstractions.Principals;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.PersonalData;

/// <summary>Names of the operations on a person: <c>export-{tenant}-{principal}</c> and <c>erase-{tenant}-{principal}</c>. The first hyphen after a tenant's id ends it: no id has one.</summary>
public static class PersonalDataId
{
    private const string Export = "export-";
    private const string Erasure = "erase-";

    public static string OfExport(TenantId tenant, string principal) => $"{Export}{tenant}-{principal}";

    public static string OfErasure(TenantId tenant, string principal) => $"{Erasure}{tenant}-{principal}";

    public static bool TryReadExport(string id, out TenantId tenant, out string principal) => TryRead(id, Export, out tenant, out principal);

    public static bool TryReadErasure(string id, out TenantId tenant, out string principal) => TryRead(id, Erasure, out tenant, out principal);

    private static bool TryRead(string id, string prefix, out TenantId tenant, out string principal)
    {
        (tenant, principal) = (default, "");
        if (!id.StartsWith(prefix, StringComparison.Ordinal) || id.IndexOf('-', prefix.Length) is var end && end < 0 || !TenantId.TryParse(id[prefix.Length..end], out tenant))
        {
            return false;
        }

        principal = id[(end + 1)..];
        return PrincipalId.IsValid(principal);
    }
}
