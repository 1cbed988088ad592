using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Platform.Api.OAuth.Tokens;

/// <summary>
/// A code or refresh token that comes a second time was stolen from somebody: its whole family ends (OAuth 2.1, section 4.3.1). OpenIddict would only log when that fails; here the
/// request fails with it.
/// </summary>
internal sealed class DetectReuse(OAuthTenant tenant, IOpenIddictTokenManager tokens, ITokenRecords records, Families families, OAuthAudit audit) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenContext>()
        .UseScopedHandler<DetectReuse>()
        .SetOrder(OpenIddictServerHandlers.Protection.ValidateTokenEntry.Descriptor.Order - 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.TokenId is not { Length: > 0 } id || await tokens.FindByIdAsync(id, context.CancellationToken) is not { } token)
        {
            return;
        }

        if (!await tokens.HasStatusAsync(token, Statuses.Redeemed, context.CancellationToken) && !families.IsSuspect(tenant.Id, context.AuthorizationId))
        {
            if (await families.IsOverAsync(tenant.Id, context.AuthorizationId))
            {
                context.Reject(Errors.InvalidToken, "The token was revoked.");
            }

            return;
        }

        if (context.AuthorizationId is { Length: > 0 } family)
        {
            var caller = new Caller(tenant.Id, context.Principal?.GetClaim(Claims.Subject) ?? "unknown", $"token:{id}");
            await audit.RefusedAsync(tenant.Id, context.Transaction.GetHttpRequest()?.HttpContext, "oauth/token-reuse", $"family:{family}", ProblemCode.Unauthenticated, caller);
            await families.RevokeAsync(records, family, caller, context.CancellationToken);
        }

        context.Reject(Errors.InvalidToken, "The token was used before.");
    }
}
