using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Tenancy;
using Platform.Api.OAuth.Clients;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Platform.Api.OAuth.Tokens;

/// <summary>Decides, when everything that was shown is valid, whose token it becomes: the person's of the code, or the service's that the client is bound to.</summary>
internal sealed class GrantTokens(OAuthTenant tenant, TenantGrains grains, IOpenIddictApplicationManager applications) : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<HandleTokenRequestContext>()
        .UseScopedHandler<GrantTokens>()
        .SetOrder(OpenIddictServerHandlers.Exchange.AttachPrincipal.Descriptor.Order + 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        if (!context.Request.IsClientCredentialsGrantType())
        {
            var subject = context.Principal?.GetClaim(Claims.Subject);
            if (!await ServesAsync(subject))
            {
                context.Reject(Errors.InvalidGrant, "The user is not there any more, or is blocked.");
            }
            else if (SignInClaims.Read(context.Principal!) is not { } verdict || await grains.For(tenant.Id).Get<ILoginGrain>(subject!).JudgeAsync(verdict) is not null)
            {
                context.Reject(Errors.InvalidGrant, "The user has to sign in again.");
            }
            else if (!context.Principal!.GetResources().Contains(context.Request.GetResources()[0], StringComparer.Ordinal))
            {
                context.Reject(Errors.InvalidTarget, "The resource is not the one that was consented to.");
            }

            return;
        }

        var application = await applications.FindByClientIdAsync(context.ClientId!, context.CancellationToken);
        var profile = application is null ? null : await ClientProfile.ReadAsync(applications, application, context.CancellationToken);
        if (profile?.Principal is not { } service || !await ServesAsync(service))
        {
            context.Reject(Errors.UnauthorizedClient, "The client is bound to no service, or the service is blocked.");
            return;
        }

        var scopes = context.Request.GetScopes();
        var identity = new ClaimsIdentity("client", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, service);
        identity.SetScopes(scopes.Length > 0 ? scopes : profile.Scopes ?? OAuthScopes.Basic);
        identity.SetResources(context.Request.GetResources());
        context.SignIn(new ClaimsPrincipal(identity));
    }

    private async ValueTask<bool> ServesAsync(string? principal) =>
        principal is not null && (await grains.For(tenant.Id).Get<IPrincipalGrain>(principal).AccessAsync()).Problem is null;
}
