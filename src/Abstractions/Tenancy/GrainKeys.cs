using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Tenancy;

/// <summary>Builds and reads grain keys: <c>{tenantId}/{rest}</c>, or the bare tenant id for a grain a tenant has one of.</summary>
public static class GrainKeys
{
    /// <summary>Longest part after the tenant; storage and logs rely on it.</summary>
    public const int MaxRest = 256;

    public static string For(TenantId tenant) => tenant.ToString();

    public static string For(TenantId tenant, string rest)
    {
        if (string.IsNullOrEmpty(rest) || rest.Length > MaxRest)
        {
            throw new ArgumentException($"The part of a grain key after the tenant has 1 to {MaxRest} characters.", nameof(rest));
        }

        return string.Concat(tenant.ToString(), "/", rest);
    }

    /// <summary>Splits a key. False for anything that <see cref="For(TenantId)"/> could not have made.</summary>
    public static bool TryParse(ReadOnlySpan<char> key, out TenantId tenant, out string rest)
    {
        rest = string.Empty;
        var slash = key.IndexOf('/');
        if (slash < 0)
        {
            return TenantId.TryParse(key.ToString(), out tenant);
        }

        if (!TenantId.TryParse(key[..slash].ToString(), out tenant) || key.Length - slash - 1 is 0 or > MaxRest)
        {
            tenant = default;
            return false;
        }

        rest = key[(slash + 1)..].ToString();
        return true;
    }
}
