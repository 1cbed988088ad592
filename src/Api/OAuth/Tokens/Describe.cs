using OpenIddict.Server;
using Platform.Abstractions.SigningKeys;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Platform.Api.OAuth.Tokens;

/// <summary>What the metadata say beyond, or instead of, what OpenIddict knows.</summary>
internal sealed class Describe(OAuthTenant tenant) : IOpenIddictServerHandler<HandleConfigurationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<HandleConfigurationRequestContext>()
        .UseScopedHandler<Describe>()
        .SetOrder(OpenIddictServerHandlers.Discovery.AttachAdditionalMetadata.Descriptor.Order + 500)
        .SetType(OpenIddictServerHandlerType.Custom)
        .Build();

    public ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        context.JsonWebKeySetEndpoint = new Uri(tenant.Issuer.AbsoluteUri + "/oauth/jwks");
        context.Scopes.Clear();
        context.Scopes.UnionWith(OAuthScopes.Listed);
        context.IdTokenSigningAlgorithms.Clear();
        context.IdTokenSigningAlgorithms.Add(SigningAlgorithm.Rs256);
        context.ResponseModes.Clear();
        context.ResponseModes.Add(ResponseModes.Query);

        // Public clients name themselves and prove nothing; OpenIddict leaves that out.
        context.TokenEndpointAuthenticationMethods.Add(ClientAuthenticationMethods.None);
        context.RevocationEndpointAuthenticationMethods.Add(ClientAuthenticationMethods.None);
        context.Metadata["client_id_metadata_document_supported"] = true;
        return ValueTask.CompletedTask;
    }
}
