using Platform.Abstractions.Keys;
using Platform.Abstractions.Problems;

namespace Platform.Api.Keys;

/// <summary>Reads the filter of a list of keys from the query. A value that no key can have is a mistake, not an empty list.</summary>
internal static class KeyQuery
{
    private const int MaxPrincipal = 64;

    public static string[] States { get; } = ["active", "expired", "revoked"];

    public static string[] Kinds { get; } = ["mcp", "management"];

    public static Result<KeyFilter> Read(string? status, string? principal, string? kind)
    {
        if (!TryRead(status, out KeyStatus? wantedStatus, ("active", KeyStatus.Active), ("expired", KeyStatus.Expired), ("revoked", KeyStatus.Revoked)))
        {
            return Problem.Invalid([new FieldError("status", "Choose active, expired or revoked.")]);
        }

        if (!TryRead(kind, out KeyKind? wantedKind, ("mcp", KeyKind.Mcp), ("management", KeyKind.Management)))
        {
            return Problem.Invalid([new FieldError("kind", "Choose mcp or management.")]);
        }

        return principal is { Length: 0 or > MaxPrincipal }
            ? Problem.Invalid([new FieldError("principal", "Name a principal such as svc_….")])
            : new KeyFilter { Status = wantedStatus, Principal = principal, Kind = wantedKind };
    }

    private static bool TryRead<T>(string? text, out T? value, params ReadOnlySpan<(string Name, T Value)> known) where T : struct
    {
        value = null;
        if (text is null)
        {
            return true;
        }

        foreach (var (name, candidate) in known)
        {
            if (string.Equals(name, text, StringComparison.Ordinal))
            {
                value = candidate;
                return true;
            }
        }

        return false;
    }
}
