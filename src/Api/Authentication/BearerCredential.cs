using Microsoft.Extensions.Primitives;

namespace Platform.Api.Authentication;

/// <summary>The credential of an <c>Authorization: Bearer</c> header (RFC 6750, section 2.1).</summary>
internal static class BearerCredential
{
    private const string Scheme = "Bearer ";

    /// <summary>Null when the header is missing, there twice, or of another scheme.</summary>
    public static string? Read(StringValues header) =>
        header is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? value[Scheme.Length..].Trim() : null;
}
