using Platform.Api.Authentication.Tokens;
using Platform.Api.Outbound;
using Platform.Api.Validation;

namespace Platform.Api.Sessions.Oidc;

/// <summary>Where a provider signs people in, as its discovery document says (OpenID Connect Discovery 1.0, section 3).</summary>
/// <param name="Authorization">Where browsers go.</param>
/// <param name="Token">Where codes are redeemed.</param>
/// <param name="SecretInForm">The provider takes a client's secret in the form alone.</param>
/// <param name="NamesIssuer">Its answers carry <c>iss</c> (RFC 9207).</param>
/// <param name="HasProfile">It has the scope <c>profile</c>, which gives the name.</param>
internal sealed record ProviderEndpoints(Uri Authorization, Uri Token, bool SecretInForm, bool NamesIssuer, bool HasProfile)
{
    /// <summary>Null for a document of another issuer, and one that does not name both endpoints where the policy lets them be.</summary>
    public static ProviderEndpoints? Read(ReadOnlyMemory<byte> document, string issuer, OutboundPolicy policy)
    {
        var json = document.Span;
        if (!ProviderDocuments.IsOf(json, issuer)
            || Endpoint(json, "authorization_endpoint"u8, policy) is not { } authorization
            || Endpoint(json, "token_endpoint"u8, policy) is not { } token)
        {
            return null;
        }

        // Absent means the header (section 3). A document that lists neither is asked by the header too, and may refuse.
        var inForm = JsonMember.TryFind(json, "token_endpoint_auth_methods_supported"u8, out _)
            && !Lists(json, "token_endpoint_auth_methods_supported"u8, "client_secret_basic") && Lists(json, "token_endpoint_auth_methods_supported"u8, "client_secret_post");
        var namesIssuer = JsonMember.TryFind(json, "authorization_response_iss_parameter_supported"u8, out var promise) && promise.SequenceEqual("true"u8);
        return new ProviderEndpoints(authorization, token, inForm, namesIssuer, Lists(json, "scopes_supported"u8, "profile"));
    }

    private static Uri? Endpoint(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, OutboundPolicy policy) =>
        Uri.TryCreate(JsonMember.Text(json, name), UriKind.Absolute, out var uri) && policy.Allows(uri) ? uri : null;

    private static bool Lists(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, string wanted) => JsonMember.TryFind(json, name, out var value) && JsonMember.Lists(value, wanted);
}
