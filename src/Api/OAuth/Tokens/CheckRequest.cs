using System.Collections.Immutable;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Platform.Api.Authentication.Tokens;
using Platform.Api.OAuth.Clients;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Platform.Api.OAuth.Tokens;

/// <summary>What every request for a token must say beyond OpenIddict's own checks: which resource it is for, and scopes that this client may have.</summary>
internal sealed class CheckRequest(OAuthTenant tenant, TenantUris uris, IOpenIddictApplicationManager applications)
    : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>, IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    /// <summary>After the redirect URI is known to be the client's: from there on it may be told of errors.</summary>
    public static OpenIddictServerHandlerDescriptor Authorization { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateAuthorizationRequestContext>()
        .UseScopedHandler<CheckRequest>()
        .SetOrder(OpenIddictServerHandlers.Authentication.ValidateAuthorizedParty.Descriptor.Order + 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    /// <summary>After the client has proven who it is.</summary>
    public static OpenIddictServerHandlerDescriptor Token { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenRequestContext>()
        .UseScopedHandler<CheckRequest>()
        .SetOrder(OpenIddictServerHandlers.Exchange.ValidateGrantedScopes.Descriptor.Order + 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public async ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        if (Target(context.Request) is { } untargeted)
        {
            context.Reject(Errors.InvalidTarget, untargeted);
        }
        else if (await ScopesAsync(context.Request.GetScopes(), context.ClientId, isClientItself: false, context.CancellationToken) is { } refused)
        {
            context.Reject(Errors.InvalidScope, refused);
        }
    }

    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (Target(context.Request) is { } untargeted)
        {
            context.Reject(Errors.InvalidTarget, untargeted);
        }
        else if (await ScopesAsync(context.Request.GetScopes(), context.ClientId, context.Request.IsClientCredentialsGrantType(), context.CancellationToken) is { } refused)
        {
            context.Reject(Errors.InvalidScope, refused);
        }
    }

    // MCP 2026-07-28, Resource Parameter Implementation: in both requests, and the canonical URI of the server. Without it a token would have no audience.
    private string? Target(OpenIddictRequest request) =>
        request.GetResources() is [var one] && uris.IsAudience(tenant.View, one)
            ? null
            : "Name one resource: the MCP URI of this tenant, as its protected resource metadata has it.";

    private async ValueTask<string?> ScopesAsync(ImmutableArray<string> scopes, string? client, bool isClientItself, CancellationToken cancel)
    {
        if (scopes.Length > OAuthScopes.MaxCount || scopes.Any(scope => !OAuthScopes.IsKnown(scope)))
        {
            return "A scope is a permission such as tools:call, or openid, or offline_access.";
        }

        if (isClientItself && scopes.Any(scope => scope is Scopes.OpenId or Scopes.OfflineAccess))
        {
            return "A client that acts for itself gets neither openid nor offline_access.";
        }

        if (client is null || await applications.FindByClientIdAsync(client, cancel) is not { } application)
        {
            return null;
        }

        var profile = await ClientProfile.ReadAsync(applications, application, cancel);
        return profile.Scopes is { } allowed && scopes.Any(scope => scope is not (Scopes.OpenId or Scopes.OfflineAccess) && !allowed.Contains(scope, StringComparer.Ordinal))
            ? "This client may not ask for one of these scopes."
            : null;
    }
}
