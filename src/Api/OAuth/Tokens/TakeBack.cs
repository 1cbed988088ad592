using OpenIddict.Abstractions;
using OpenIddict.Server;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Tokens;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Platform.Api.OAuth.Tokens;

/// <summary>RFC 7009, section 2.1: revoking a refresh token ends the whole grant, access tokens included; revoking an access token ends that one, at every gate.</summary>
internal sealed class TakeBack(OAuthTenant tenant, ITokenRecords records, Families families) : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<HandleRevocationRequestContext>()
        .UseScopedHandler<TakeBack>()
        .SetOrder(OpenIddictServerHandlers.Revocation.RevokeToken.Descriptor.Order - 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        var principal = context.GenericTokenPrincipal;
        if (principal.GetTokenId() is not { Length: > 0 } id)
        {
            return;
        }

        var caller = new Caller(tenant.Id, principal.GetClaim(Claims.Subject) ?? "unknown", $"client:{context.Request.ClientId}");
        if (principal.HasTokenType(TokenTypeIdentifiers.AccessToken))
        {
            await families.RefuseAsync(RevokedKind.Token, id, caller);
        }
        else if (principal.GetAuthorizationId() is { Length: > 0 } family)
        {
            await families.RevokeAsync(records, family, caller, context.CancellationToken);
        }
    }
}
