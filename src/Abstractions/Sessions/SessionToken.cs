using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Sessions;

/// <summary>
/// The form of a console session's bearer: <c>mcps_</c>, for a tenant's user the tenant's id and <c>_</c>, then a 16-character id, <c>_</c> and 43 base62 (256 bits).
/// The tenant says where the session is kept; it proves nothing.
/// </summary>
public static class SessionToken
{
    private const string Prefix = "mcps_";
    private const string Lower = "0123456789abcdefghijklmnopqrstuvwxyz";
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int IdLength = 16;
    private const int SecretLength = 43;

    /// <summary>What follows the tenant.</summary>
    private const int TailLength = IdLength + 1 + SecretLength;

    private static readonly SearchValues<char> LowerSet = SearchValues.Create(Lower);
    private static readonly SearchValues<char> Base62Set = SearchValues.Create(Base62);

    public static string NewId() => RandomNumberGenerator.GetString(Lower, IdLength);

    public static bool IsId(ReadOnlySpan<char> text) => text.Length == IdLength && !text.ContainsAnyExcept(LowerSet);

    public static string Mint(TenantId tenant, string id) =>
        $"{Prefix}{(tenant == TenantId.Platform ? "" : tenant + "_")}{id}_{RandomNumberGenerator.GetString(Base62, SecretLength)}";

    public static bool TryRead(ReadOnlySpan<char> token, out TenantId tenant, [NotNullWhen(true)] out string? id)
    {
        (tenant, id) = (TenantId.Platform, null);
        if (!token.StartsWith(Prefix, StringComparison.Ordinal) || token.Length < Prefix.Length + TailLength)
        {
            return false;
        }

        var tail = token[^TailLength..];
        if (!IsId(tail[..IdLength]) || tail[IdLength] != '_' || tail[(IdLength + 1)..].ContainsAnyExcept(Base62Set))
        {
            return false;
        }

        var owner = token[Prefix.Length..^TailLength];
        if (owner.Length > 0 && (owner[^1] != '_' || !TenantId.TryParse(owner[..^1].ToString(), out tenant) || tenant == TenantId.Platform))
        {
            return false;
        }

        id = tail[..IdLength].ToString();
        return true;
    }
}
