using OpenIddict.Abstractions;
using OpenIddict.Server;
using Platform.Abstractions.Identity;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Platform.Api.OAuth.Tokens;

/// <summary>
/// Uses a code or refresh token up, before anything is made from it. In the place of OpenIddict's handler, which lets a refresh token pass when it was used at the same time.
/// </summary>
internal sealed class RedeemOnce(OAuthTenant tenant, ITokenRecords records, Families families) : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessSignInContext>()
        .UseScopedHandler<RedeemOnce>()
        .SetOrder(OpenIddictServerHandlers.RedeemTokenEntry.Descriptor.Order)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public async ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.EndpointType != OpenIddictServerEndpointType.Token || context.Request.IsClientCredentialsGrantType())
        {
            return;
        }

        var shown = context.Transaction.GetProperty<ProcessAuthenticationContext>(typeof(ProcessAuthenticationContext).FullName!);
        var principal = context.Request.IsAuthorizationCodeGrantType() ? shown?.AuthorizationCodePrincipal
            : context.Request.IsRefreshTokenGrantType() ? shown?.RefreshTokenPrincipal
            : null;
        if (principal?.GetTokenId() is not { Length: > 0 } id)
        {
            throw new InvalidOperationException("A token without a record was to be used up.");
        }

        if (await records.RedeemAsync(id, context.CancellationToken))
        {
            return;
        }

        if (principal.GetAuthorizationId() is { Length: > 0 } family)
        {
            await families.RevokeAsync(records, family, new Caller(tenant.Id, principal.GetClaim(Claims.Subject) ?? "unknown", $"token:{id}"), context.CancellationToken);
        }

        context.Reject(Errors.InvalidGrant, "The token was used before.");
    }
}
