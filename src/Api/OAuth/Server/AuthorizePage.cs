using System.Collections.Immutable;
using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using Platform.Abstractions.Identity;
using Platform.Abstractions.OAuth;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Api.OAuth.Clients;
using Platform.Api.OAuth.Pages;
using Platform.Api.OAuth.Tokens;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Platform.Api.OAuth.Server;

/// <summary>The authorization endpoint: OpenIddict judges the request, a person signs in and decides.</summary>
internal sealed class AuthorizePage(
    OAuthTenant tenant,
    Visitor visitor,
    SignInPage signIn,
    ConsentPage consent,
    ClientRegistry clients,
    MetadataClients documents,
    CheckRequest check,
    TenantGrains grains,
    OAuthAudit audit)
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    /// <param name="http">Of the request.</param>
    /// <param name="judge">OpenIddict's part: true when it has answered.</param>
    public async Task HandleAsync(HttpContext http, Func<ValueTask<bool>> judge)
    {
        var who = await visitor.ReadAsync(http);
        var id = HttpMethods.IsPost(http.Request.Method) ? (await http.Request.ReadFormAsync(http.RequestAborted))["client_id"].ToString() : http.Request.Query["client_id"].ToString();
        if (MetadataClients.IsUrl(id))
        {
            if (who is null)
            {
                await signIn.ShowAsync(http, http.Request.QueryString.Value is { Length: > 0 } query ? query : "?");
                return;
            }

            if (await documents.KnowAsync(id, who.Principal, http.RequestAborted) is { } unknown)
            {
                await audit.RefusedAsync(tenant.Id, http, "oauth/client-document", id, unknown.Code, new Caller(tenant.Id, who.Principal, "sign-in"));
                await Page.ErrorAsync(http, tenant, "This application is not known", unknown.Detail);
                return;
            }
        }

        if (await judge())
        {
            return;
        }

        if (http.GetOpenIddictServerResponse() is { Error: { } error } refused)
        {
            // There is no redirect URI that could be trusted with it.
            await audit.RefusedAsync(tenant.Id, http, "oauth/authorize", error, ProblemCode.InvalidParams);
            await Page.ErrorAsync(http, tenant, "This request cannot be answered", refused.ErrorDescription ?? error);
            return;
        }

        var request = http.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("OpenIddict has no request.");
        if (await check.JudgeAsync(request, request.ClientId, http.RequestAborted) is var (fault, description))
        {
            await audit.RefusedAsync(tenant.Id, http, "oauth/authorize", fault, ProblemCode.InvalidParams);
            await RefuseAsync(http, fault, description);
            return;
        }

        if (who is null || request.HasPromptValue(PromptValues.Login) && !HttpMethods.IsPost(http.Request.Method))
        {
            await AskAsync(http, request);
            return;
        }

        if (!(await clients.GetAsync(request.ClientId!, http.RequestAborted)).Try(out var client, out _) || !await ServesAsync(who.Principal))
        {
            await RefuseAsync(http, Errors.AccessDenied, "The user is blocked.");
            return;
        }

        var decision = HttpMethods.IsPost(http.Request.Method) && visitor.Owns(http, (string?)request["form"]) ? (string?)request["decision"] : null;
        var scopes = request.GetScopes() is { Length: > 0 } asked ? [.. asked] : client.Scopes ?? OAuthScopes.Basic;
        var caller = new Caller(tenant.Id, who.Principal, "sign-in");
        switch (decision)
        {
            case "allow":
                await audit.DoneAsync(tenant.Id, http, "oauth/consent", client.Id, caller);
                await visitor.SignOutAsync(http);
                await http.SignInAsync(Scheme, Principal(who, request, scopes));
                break;
            case "deny":
                await audit.RefusedAsync(tenant.Id, http, "oauth/consent", client.Id, ProblemCode.PermissionDenied, caller);
                await visitor.SignOutAsync(http);
                await RefuseAsync(http, Errors.AccessDenied, "The user denied access.");
                break;
            default:
                await (request.HasPromptValue(PromptValues.None)
                    ? RefuseAsync(http, Errors.ConsentRequired, "Consent is asked for every time.")
                    : consent.ShowAsync(http, request, client, who, scopes));
                break;
        }
    }

    private Task AskAsync(HttpContext http, OpenIddictRequest request)
    {
        if (request.HasPromptValue(PromptValues.None))
        {
            return RefuseAsync(http, Errors.LoginRequired, "Nobody is signed in.");
        }

        // Signing in leads back to the same request; who was asked for a fresh sign-in has then just given it.
        var query = QueryString.Create(request.GetParameters()
            .Where(static parameter => parameter.Key is not ("form" or "decision" or Parameters.Prompt))
            .SelectMany(static parameter => ((ImmutableArray<string?>?)parameter.Value ?? []).Select(value => KeyValuePair.Create(parameter.Key, value))));
        return signIn.ShowAsync(http, query.Value ?? "?");
    }

    private async ValueTask<bool> ServesAsync(string principal) =>
        (await grains.For(tenant.Id).Get<IPrincipalGrain>(principal).AccessAsync()).Problem is null;

    private static ClaimsPrincipal Principal(SignedIn who, OpenIddictRequest request, IEnumerable<string> scopes)
    {
        var identity = new ClaimsIdentity("consent", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, who.Principal);
        identity.SetScopes(scopes);
        identity.SetResources(request.GetResources());
        SignInClaims.Write(identity, who.Verdict);
        return new ClaimsPrincipal(identity);
    }

    private static Task RefuseAsync(HttpContext http, string error, string description) => http.ForbidAsync(Scheme, new AuthenticationProperties(new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
        [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
    }));
}
