using OpenIddict.Abstractions;
using OpenIddict.Server;
using Platform.Api.Authentication.Tokens;
using Platform.Api.OAuth.Clients;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Platform.Api.OAuth.Tokens;

/// <summary>What every request must say beyond OpenIddict's own checks: where its answer goes, which resource it is for, and scopes that this client may have.</summary>
internal sealed class CheckRequest(OAuthTenant tenant, TenantUris uris, IOpenIddictApplicationManager applications)
    : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>, IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Authorization { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateAuthorizationRequestContext>()
        .UseScopedHandler<CheckRequest>()
        .SetOrder(OpenIddictServerHandlers.Authentication.ValidateRedirectUriParameter.Descriptor.Order - 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    /// <summary>After the client has proven who it is.</summary>
    public static OpenIddictServerHandlerDescriptor Token { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenRequestContext>()
        .UseScopedHandler<CheckRequest>()
        .SetOrder(OpenIddictServerHandlers.Exchange.ValidateGrantedScopes.Descriptor.Order + 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    /// <summary>OpenIddict would take the one URI of a client that has one; then nobody compares anything.</summary>
    public ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        if (string.IsNullOrEmpty(context.Request.RedirectUri))
        {
            context.Reject(Errors.InvalidRequest, "Name the redirect_uri.");
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (await JudgeAsync(context.Request, context.ClientId, context.CancellationToken) is var (error, description))
        {
            context.Reject(error, description);
        }
    }

    /// <summary>What is wrong with the resource or the scopes; null when nothing is. A client whose redirect URI is known to be its own is told there.</summary>
    public async ValueTask<(string Error, string Description)?> JudgeAsync(OpenIddictRequest request, string? client, CancellationToken cancel)
    {
        var application = client is null ? null : await applications.FindByClientIdAsync(client, cancel);
        var profile = application is null ? null : await ClientProfile.ReadAsync(applications, application, cancel);
        if (profile is { DefaultResource: true } && request.GetResources().IsEmpty)
        {
            request.Resources = [uris.Resource(tenant.View)];
        }

        // MCP 2026-07-28, Resource Parameter Implementation: in both requests, and the canonical URI of the server. Without it a token would have no audience.
        if (request.GetResources() is not [{ } resource] || !(uris.IsAudience(tenant.View, resource, TokenUse.Mcp) || uris.IsAudience(tenant.View, resource, TokenUse.Management)))
        {
            return (Errors.InvalidTarget, "Name one resource: the MCP URI of this tenant, as its protected resource metadata has it, or its part of the management API.");
        }

        // Managing is not for programs that nobody here has looked at: a client is registered for it, with the scopes that it may have.
        if (uris.IsAudience(tenant.View, resource, TokenUse.Management) && profile is not { IsFromMetadata: false, Scopes.Length: > 0 })
        {
            return (Errors.InvalidTarget, "Only a client that was registered with scopes of its own gets tokens for the management API.");
        }

        var scopes = request.GetScopes();
        if (scopes.Length > OAuthScopes.MaxCount || scopes.Any(scope => !OAuthScopes.IsKnown(scope)))
        {
            return (Errors.InvalidScope, "A scope is a permission such as tools:call, or openid, or offline_access.");
        }

        if (request.IsClientCredentialsGrantType() && scopes.Contains(Scopes.OpenId, StringComparer.Ordinal))
        {
            return (Errors.InvalidScope, "A client that acts for itself is no person: it gets no openid.");
        }

        return profile?.Scopes is { } allowed && scopes.Any(scope => scope is not (Scopes.OpenId or Scopes.OfflineAccess) && !allowed.Contains(scope, StringComparer.Ordinal))
            ? (Errors.InvalidScope, "This client may not ask for one of these scopes.")
            : null;
    }
}
