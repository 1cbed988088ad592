using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tokens;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Platform.Api.OAuth.Tokens;

/// <summary>Reads an access or ID token that a client shows at introspection or revocation, with the tenant's keys and no others. Its time and its record are checked after this.</summary>
internal sealed class ReadSignedToken(OAuthTenant tenant, ITokenSigner signer, TimeProvider clock) : IOpenIddictServerHandler<ValidateTokenContext>
{
    private static readonly string[] Kept = [Claims.Subject, Claims.ClientId, Claims.Scope, Claims.Audience, Claims.IssuedAt, Claims.ExpiresAt];

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenContext>()
        .UseScopedHandler<ReadSignedToken>()
        .SetOrder(OpenIddictServerHandlers.Protection.ValidateIdentityModelToken.Descriptor.Order - 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.Principal is not null)
        {
            return;
        }

        context.Principal = await ReadAsync(context);
        if (context.Principal is null)
        {
            context.Reject(Errors.InvalidToken, "The token is not valid.");
        }
    }

    private async ValueTask<ClaimsPrincipal?> ReadAsync(ValidateTokenContext context)
    {
        var handler = context.SecurityTokenHandler;
        if (!handler.CanReadToken(context.Token))
        {
            return null;
        }

        var now = clock.GetUtcNow();
        var keys = (await signer.PublicAsync(tenant.Id)).Where(key => key.Verifies(now)).Select(AsJwk).ToList();
        var result = await handler.ValidateTokenAsync(context.Token, new TokenValidationParameters
        {
            ValidIssuer = tenant.Issuer.AbsoluteUri,
            ValidTypes = [AccessTokenRules.Type, "JWT"],
            ValidateAudience = false,
            ValidateLifetime = false,
            RequireSignedTokens = true,
            TryAllIssuerSigningKeys = false,
            ValidAlgorithms = [SigningAlgorithm.Rs256, SigningAlgorithm.Ps256, SigningAlgorithm.Es256],

            // A key is of one algorithm for life: the token does not choose.
            AlgorithmValidator = (algorithm, key, _, _) => key is JsonWebKey { Alg: { } own } && string.Equals(own, algorithm, StringComparison.Ordinal),
            IssuerSigningKeys = keys,
        });
        if (!result.IsValid || result.SecurityToken is not JsonWebToken { Id.Length: > 0 } token)
        {
            return null;
        }

        var identity = new ClaimsIdentity(token.Claims.Where(claim => Kept.Contains(claim.Type, StringComparer.Ordinal)), "token", Claims.Name, Claims.Role);
        return new ClaimsPrincipal(identity)
            .SetTokenId(token.Id)
            .SetTokenType(string.Equals(token.Typ, AccessTokenRules.Type, StringComparison.Ordinal) ? TokenTypeIdentifiers.AccessToken : TokenTypeIdentifiers.IdentityToken);
    }

    private static JsonWebKey AsJwk(SigningKeyView key) => new()
    {
        Kid = key.Kid,
        Alg = key.Algorithm,
        Use = "sig",
        Kty = key.Jwk.KeyType,
        N = key.Jwk.Modulus,
        E = key.Jwk.Exponent,
        Crv = key.Jwk.Curve,
        X = key.Jwk.X,
        Y = key.Jwk.Y,
    };
}
