using System.Net.Http.Headers;
using System.Text;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Outbound;
using Platform.Api.Validation;

namespace Platform.Api.Sessions.Oidc;

/// <summary>Gives a provider its code back for an ID token (RFC 6749, section 4.1.3; RFC 7636, section 4.5).</summary>
internal sealed class CodeRedemption(TenantGrains grains, DocumentFetcher fetcher)
{
    private static readonly JsonLimits Limits = new() { MaxDepth = 8, MaxProperties = 100, MaxStringLength = 32_768, MaxItems = 200, MaxNodes = 1_000 };

    /// <summary>The ID token, unread; null for every answer that has none.</summary>
    public async ValueTask<string?> RedeemAsync(TenantId tenant, IdentityProvider provider, OidcTicket ticket, string code, string redirect, CancellationToken cancel)
    {
        if (provider.SignIn is not { } client || !(await grains.For(tenant).The<IIdentityProviderBookGrain>().SecretAsync(provider.Id)).Try(out var secret, out _))
        {
            return null;
        }

        var form = new List<KeyValuePair<string, string>>
        {
            new("grant_type", "authorization_code"),
            new("code", code),
            new("redirect_uri", redirect),
            new("code_verifier", ticket.Verifier),
        };
        AuthenticationHeaderValue? authorization = null;
        if (secret.Value is { } value && !ticket.SecretInForm)
        {
            authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Encode(client.ClientId)}:{Encode(value)}")));
        }
        else
        {
            form.Add(new("client_id", client.ClientId));
            if (secret.Value is { } inForm)
            {
                form.Add(new("client_secret", inForm));
            }
        }

        return (await fetcher.PostAsync(new Uri(ticket.TokenEndpoint), form, authorization, cancel)).Try(out var answer, out _) && JsonGuard.Check(answer.Body.Span, Limits).Accepted
            ? JsonMember.Text(answer.Body.Span, "id_token"u8)
            : null;
    }

    // RFC 6749, section 2.3.1: both are form-encoded before they are joined.
    private static string Encode(string text) => Uri.EscapeDataString(text);
}
