using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Authentication.Tokens;
using Platform.Api.Outbound;

namespace Platform.Api.Sessions.Oidc;

/// <summary>Somebody whom a provider named and the tenant admitted.</summary>
internal sealed record OidcAdmitted(string Principal, LoginVerdict Verdict);

/// <summary>
/// Sign-in by a tenant's OpenID provider: authorization code with PKCE, for exactly one browser, once. Every refusal after the beginning reads the same; the log says which it was.
/// Only who has proved everything and has no role is told just that.
/// </summary>
internal sealed partial class OidcSignIn(
    TenantGrains grains,
    DocumentFetcher fetcher,
    OutboundPolicy policy,
    CodeRedemption codes,
    IdTokenJudge tokens,
    TenantUris uris,
    ILogger<OidcSignIn> logger)
{
    /// <summary>The providers of a tenant that people can sign in with.</summary>
    public async ValueTask<SignInChoices> ChoicesAsync(TenantId tenant) => new([.. (await grains.For(tenant).The<IIdentityProviderBookGrain>().ListAsync())
        .Where(provider => provider.SignIn is not null).Select(provider => new SignInChoice(provider.Id, provider.SignIn!.Name))]);

    public async Task<Result<OidcBegun>> BeginAsync(TenantView tenant, string id, CancellationToken cancel)
    {
        if (await FindAsync(tenant.Id, id) is not { SignIn: { } client } provider)
        {
            return Problem.NotFound("sign-in");
        }

        if (!(await fetcher.GetAsync(ProviderDocuments.DiscoveryOf(provider.Issuer), cancel)).Try(out var document, out _)
            || ProviderEndpoints.Read(document.Body, provider.Issuer, policy) is not { } endpoints)
        {
            Log.Refused(logger, provider.Id, "discovery");
            return new Problem(ProblemCode.UpstreamFailed, "The identity provider cannot be used now: its discovery document could not be fetched, or is not what the tenant trusts.");
        }

        var (state, binding, nonce, verifier) = (OidcHandle.New(), OidcHandle.New(), OidcHandle.New(), OidcHandle.New());
        var ticket = new OidcTicket
        {
            Provider = provider.Id,
            BindingHash = HashOf(binding),
            Verifier = verifier,
            Nonce = nonce,
            TokenEndpoint = endpoints.Token.AbsoluteUri,
            SecretInForm = endpoints.SecretInForm,
            NamesIssuer = endpoints.NamesIssuer,
        };
        if (await grains.For(tenant.Id).Get<IOidcSignInGrain>(state).OpenAsync(ticket) is { } refused)
        {
            return refused;
        }

        var url = QueryHelpers.AddQueryString(endpoints.Authorization.AbsoluteUri, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["response_type"] = "code",
            ["client_id"] = client.ClientId,
            ["redirect_uri"] = uris.RedirectFor(tenant, provider.Issuer),
            ["scope"] = endpoints.HasProfile ? "openid profile" : "openid",
            ["state"] = state,
            ["nonce"] = nonce,
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))),
            ["code_challenge_method"] = "S256",
        });
        return new OidcBegun(url, state, binding);
    }

    public async Task<Result<OidcAdmitted>> CompleteAsync(TenantView tenant, CompleteOidc command, CancellationToken cancel)
    {
        if (!OidcHandle.IsValid(command.State) || await grains.For(tenant.Id).Get<IOidcSignInGrain>(command.State).TakeAsync(HashOf(command.Binding)) is not { } ticket)
        {
            return Refuse("-", "state");
        }

        if (await FindAsync(tenant.Id, ticket.Provider) is not { } provider)
        {
            return Refuse(ticket.Provider, "provider");
        }

        // Before the code goes anywhere: one that arrived at another provider's address is that provider's (RFC 9700, section 4.4).
        if (!string.Equals(command.RedirectKey, SignInRedirect.KeyOf(provider.Issuer), StringComparison.Ordinal))
        {
            return Refuse(provider.Id, "redirect");
        }

        // The same by what the answer says of itself (RFC 9207, section 2.4).
        if (command.Iss is null ? ticket.NamesIssuer : !string.Equals(command.Iss, provider.Issuer, StringComparison.Ordinal))
        {
            return Refuse(provider.Id, "iss");
        }

        if (await codes.RedeemAsync(tenant.Id, provider, ticket, command.Code, uris.RedirectFor(tenant, provider.Issuer), cancel) is not { } token)
        {
            return Refuse(provider.Id, "code");
        }

        if (await tokens.JudgeAsync(tenant.Id, provider, token, ticket.Nonce) is not { } bearer)
        {
            return Refuse(provider.Id, "id-token");
        }

        if (bearer.Roles.Length == 0)
        {
            // Everything about the sign-in is good: whoever it is has proved it, and may know why it leads nowhere.
            Log.Refused(logger, provider.Id, "roles");
            return new Problem(ProblemCode.PermissionDenied, "The provider named you, but nothing that it says of you gives you a role in this tenant.");
        }

        return await AdmitAsync(tenant.Id, provider, bearer);
    }

    private async Task<Result<OidcAdmitted>> AdmitAsync(TenantId tenant, IdentityProvider provider, IdTokenBearer bearer)
    {
        var own = grains.For(tenant);
        var principal = ExternalTokens.PrincipalOf(provider.Issuer, bearer.Subject);

        // Before the row is touched: a session that "end all" meets on its way has the old number and is over.
        var generation = await own.Get<ILoginGrain>(principal).GenerationAsync();
        if (!(await own.The<IPrincipalIndexGrain>().AdmitAsync(principal, new AdmitPrincipal(provider.Id, bearer.Name, bearer.Roles, provider.RulesVersion))).Try(out _, out var refused))
        {
            return refused.Code == ProblemCode.Unauthenticated ? Refuse(provider.Id, "principal") : refused;
        }

        return new OidcAdmitted(principal, new LoginVerdict(SecondFactor: false, generation));
    }

    private async ValueTask<IdentityProvider?> FindAsync(TenantId tenant, string id) =>
        Array.Find(await grains.For(tenant).The<IIdentityProviderBookGrain>().ListAsync(), provider => provider.SignIn is not null && string.Equals(provider.Id, id, StringComparison.Ordinal));

    private static byte[] HashOf(string binding) => SHA256.HashData(Encoding.UTF8.GetBytes(binding));

    private Problem Refuse(string provider, string why)
    {
        Log.Refused(logger, provider, why);
        return Refused();
    }

    /// <summary>One text for all, as for a wrong password.</summary>
    public static Problem Refused() => Problem.Unauthenticated("The sign-in through the provider did not succeed. Begin again.");

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "OidcSignInRefused", Level = LogLevel.Warning, Message = "A sign-in through the identity provider {Provider} was refused: {Why}.")]
        public static partial void Refused(ILogger logger, string provider, string why);
    }
}
