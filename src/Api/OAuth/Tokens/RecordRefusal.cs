using Microsoft.AspNetCore;
using OpenIddict.Server;
using Platform.Abstractions.Problems;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Platform.Api.OAuth.Tokens;

/// <summary>Puts refused requests for tokens on record before they are answered.</summary>
internal sealed class RecordRefusal(OAuthTenant tenant, OAuthAudit audit) : IOpenIddictServerHandler<ApplyTokenResponseContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyTokenResponseContext>()
        .UseScopedHandler<RecordRefusal>()
        .SetOrder(OpenIddictServerHandlers.Exchange.NormalizeErrorResponse.Descriptor.Order + 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public async ValueTask HandleAsync(ApplyTokenResponseContext context)
    {
        if (context.Error is { Length: > 0 } error)
        {
            // What was sent as a client's id may be anything, a pasted secret too.
            var code = error is Errors.InvalidClient or Errors.InvalidGrant or Errors.UnauthorizedClient ? ProblemCode.Unauthenticated : ProblemCode.InvalidParams;
            await audit.RefusedAsync(tenant.Id, context.Transaction.GetHttpRequest()?.HttpContext, "oauth/token", error, code);
        }
    }
}
