using Platform.Abstractions.Tenants;

namespace Platform.Api.Tenants;

/// <summary>What of a tenant's authorization server is asked for.</summary>
internal enum OAuthPage
{
    /// <summary>Nothing that is there.</summary>
    None = 0,

    /// <summary>RFC 8414 and OpenID Connect discovery; one document.</summary>
    Metadata = 1,
    Authorize = 2,
    Token = 3,
    Introspect = 4,
    Revoke = 5,
    SignIn = 6,
    Style = 7,
}

/// <summary>Reads the paths of authorization servers: below the tenant's own path, and its metadata where clients look for them. Exact, as all paths are.</summary>
internal static class OAuthPaths
{
    /// <summary>RFC 8414, section 3.1: the issuer's path follows.</summary>
    private const string Rfc8414 = "/.well-known/oauth-authorization-server";

    private const string OpenId = "/.well-known/openid-configuration";
    private const string ByPath = "/t/";

    public static (OAuthPage Page, string? Slug) Read(string path)
    {
        // MCP 2026-07-28, Authorization Server Metadata Discovery: path insertion for both names, and path appending for OpenID Connect's.
        if (TryRead(path, Rfc8414, out var slug) || TryRead(path, OpenId, out slug))
        {
            return (OAuthPage.Metadata, slug);
        }

        if (!path.StartsWith(ByPath, StringComparison.Ordinal))
        {
            return default;
        }

        var end = path.IndexOf('/', ByPath.Length);
        if (end < 0 || !TenantSlug.IsValid(path.AsSpan(ByPath.Length..end)))
        {
            return default;
        }

        var page = path[end..] switch
        {
            OpenId or Rfc8414 => OAuthPage.Metadata,
            "/oauth/authorize" => OAuthPage.Authorize,
            "/oauth/token" => OAuthPage.Token,
            "/oauth/introspect" => OAuthPage.Introspect,
            "/oauth/revoke" => OAuthPage.Revoke,
            "/oauth/sign-in" => OAuthPage.SignIn,
            "/oauth/style.css" => OAuthPage.Style,
            _ => OAuthPage.None,
        };
        return page == OAuthPage.None ? default : (page, path[ByPath.Length..end]);
    }

    private static bool TryRead(string path, string wellKnown, out string? slug)
    {
        slug = null;
        if (path.StartsWith(wellKnown, StringComparison.Ordinal) && path.AsSpan(wellKnown.Length) is var rest && rest.StartsWith(ByPath, StringComparison.Ordinal) && TenantSlug.IsValid(rest[ByPath.Length..]))
        {
            slug = rest[ByPath.Length..].ToString();
        }

        return slug is not null;
    }
}
