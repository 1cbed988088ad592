using System.Buffers;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Platform.Abstractions.Identity;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tokens;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Platform.Api.OAuth.Tokens;

/// <summary>
/// Makes access tokens (RFC 9068) and ID tokens: exactly the claims below, signed by the tenant's ring, and on record with the key's id before anybody has them. Comes before
/// OpenIddict's own handler, whose key is worth nothing.
/// </summary>
internal sealed class SignToken(OAuthTenant tenant, ITokenSigner signer, OAuthAudit audit) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<GenerateTokenContext>()
        .UseScopedHandler<SignToken>()
        .SetOrder(OpenIddictServerHandlers.Protection.GenerateIdentityModelToken.Descriptor.Order - 600)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public async ValueTask HandleAsync(GenerateTokenContext context)
    {
        if (context.TokenType is not (TokenTypeIdentifiers.AccessToken or TokenTypeIdentifiers.IdentityToken))
        {
            return;
        }

        var isAccess = string.Equals(context.TokenType, TokenTypeIdentifiers.AccessToken, StringComparison.Ordinal);
        var client = context.ClientId ?? throw new InvalidOperationException("A token without a client was asked for.");
        var subject = context.Principal.GetClaim(Claims.Subject) ?? throw new InvalidOperationException("A token without a subject was asked for.");
        var caller = new Caller(tenant.Id, subject, $"client:{client}");
        var command = new SignJws { Type = isAccess ? AccessTokenRules.Type : "JWT", Payload = Payload(context.Principal, client, subject, isAccess) };
        if (!(await signer.SignAsync(tenant.Id, command, caller)).Try(out var signed, out _))
        {
            context.Reject(Errors.TemporarilyUnavailable, "The token could not be signed now.");
            return;
        }

        await audit.DoneAsync(tenant.Id, context.Transaction.GetHttpRequest()?.HttpContext, isAccess ? "oauth/access-token" : "oauth/id-token", $"kid:{signed.KeyId} jti:{context.Principal.GetTokenId()}", caller);
        context.Token = signed.Compact;
    }

    private byte[] Payload(ClaimsPrincipal principal, string client, string subject, bool isAccess)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("iss"u8, tenant.Issuer.AbsoluteUri);
            json.WriteString("sub"u8, subject);
            json.WriteString("aud"u8, isAccess ? Single(principal.GetAudiences()) : client);
            json.WriteNumber("iat"u8, Seconds(principal.GetCreationDate()));
            json.WriteNumber("exp"u8, Seconds(principal.GetExpirationDate()));
            Optional(json, "jti", principal.GetTokenId());
            if (isAccess)
            {
                json.WriteString("client_id"u8, client);
                Optional(json, AccessTokenRules.FamilyClaim, principal.GetAuthorizationId());
                json.WriteString("scope"u8, string.Join(' ', principal.GetScopes()));
            }
            else
            {
                Optional(json, "nonce", principal.GetClaim(Claims.Nonce) ?? principal.GetClaim(Claims.Private.Nonce));
                Optional(json, "at_hash", principal.GetClaim(Claims.AccessTokenHash));
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    // RFC 9068, section 3: without an audience, or with several, it is not clear what the token is good for.
    private static string Single(System.Collections.Immutable.ImmutableArray<string> audiences) =>
        audiences is [var one] ? one : throw new InvalidOperationException("An access token has exactly one audience.");

    private static long Seconds(DateTimeOffset? at) => at?.ToUnixTimeSeconds() ?? throw new InvalidOperationException("A token without a time was asked for.");

    private static void Optional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
