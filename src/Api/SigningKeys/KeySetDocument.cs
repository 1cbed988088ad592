using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenants;
using Platform.Api.Authentication.Tokens;
using Platform.Api.RateLimits;
using Platform.Api.Security;
using Platform.Api.Tenants;

namespace Platform.Api.SigningKeys;

/// <summary>A tenant's JSON Web Key Set (RFC 7517, section 5). Public by design; it holds the public members of keys that verify or soon will, named one by one.</summary>
internal sealed class KeySetDocument(TenantCache tenants, TenantKeys keys, RefusalLimiter refusals)
{
    // No longer than a new key is public before it signs: whoever caches the set knows the key in time.
    private const string Caching = "public, max-age=300";

    public async Task WriteAsync(HttpContext http, string slug)
    {
        SecurityHeaders.Api(http.Response.Headers);
        if (!(await tenants.FindAsync(slug)).Try(out var tenant, out _) || tenant.Status != TenantStatus.Active)
        {
            // A made-up name costs a look-up, so it is bounded as everything anonymous is.
            http.Response.StatusCode = refusals.TryTake(http.Connection.RemoteIpAddress) ? StatusCodes.Status404NotFound : StatusCodes.Status429TooManyRequests;
            return;
        }

        var body = Write(await keys.PublishedAsync(tenant.Id));
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16))}\"";
        http.Response.Headers.CacheControl = Caching;
        http.Response.Headers.ETag = tag;

        // It is meant for verifiers of any site.
        http.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        if (http.Request.Headers.IfNoneMatch is [{ } known] && string.Equals(known, tag, StringComparison.Ordinal))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        http.Response.ContentType = "application/jwk-set+json";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static byte[] Write(SigningKeyView[] published)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteStartArray("keys"u8);
        foreach (var key in published)
        {
            writer.WriteStartObject();
            writer.WriteString("kty"u8, key.Jwk.KeyType);
            writer.WriteString("use"u8, "sig"u8);
            writer.WriteString("alg"u8, key.Algorithm);
            writer.WriteString("kid"u8, key.Kid);
            if (key.Jwk.KeyType == "EC")
            {
                writer.WriteString("crv"u8, key.Jwk.Curve);
                writer.WriteString("x"u8, key.Jwk.X);
                writer.WriteString("y"u8, key.Jwk.Y);
            }
            else
            {
                writer.WriteString("n"u8, key.Jwk.Modulus);
                writer.WriteString("e"u8, key.Jwk.Exponent);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
