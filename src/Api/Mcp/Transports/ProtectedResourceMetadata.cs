using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Platform.Api.OAuth;
using Platform.Api.Security;
using Platform.Api.Tenants;

namespace Platform.Api.Mcp.Transports;

/// <summary>RFC 9728 metadata of each tenant's endpoint and the challenges that point to it, both for the URL by which the client came (AU-10).</summary>
internal static class ProtectedResourceMetadata
{
    private static readonly string ScopeList = string.Join(' ', OAuthScopes.Basic);

    /// <summary>MCP 2026-07-28, Authorization: a 401 says which scopes to ask for. The body has not been read, so it is the set for basic use.</summary>
    public static string Challenge(McpEndpoint endpoint) =>
        $"Bearer realm=\"mcp\", scope=\"{ScopeList}\", resource_metadata=\"{endpoint.Metadata}\"";

    /// <summary>RFC 6750, section 3.1.</summary>
    public static string InsufficientScope(McpEndpoint endpoint, string scope) =>
        $"Bearer error=\"insufficient_scope\", scope=\"{scope}\", resource_metadata=\"{endpoint.Metadata}\"";

    /// <summary>Public by design: it says how to authenticate, not who may.</summary>
    public static async Task WriteAsync(HttpContext http, McpEndpoint endpoint, string issuer)
    {
        SecurityHeaders.Api(http.Response.Headers);
        http.Response.ContentType = "application/json";
        using var body = new PooledBuffer();
        await using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("resource"u8, endpoint.Resource);
            writer.WriteStartArray("authorization_servers"u8);
            writer.WriteStringValue(issuer);
            writer.WriteEndArray();
            writer.WriteStartArray("bearer_methods_supported"u8);
            writer.WriteStringValue("header"u8);
            writer.WriteEndArray();
            writer.WriteStartArray("scopes_supported"u8);
            foreach (var scope in OAuthScopes.Basic)
            {
                writer.WriteStringValue(scope);
            }

            writer.WriteEndArray();
            writer.WriteString("resource_name"u8, "MoCoPr endpoint"u8);
            writer.WriteEndObject();
        }

        await http.Response.BodyWriter.WriteAsync(body.Written, http.RequestAborted);
    }
}
