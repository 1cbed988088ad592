using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using Platform.Abstractions.OAuth;
using Platform.Api.OAuth.Clients;
using Platform.Api.OAuth.Pages;
using Platform.Api.OAuth.Tokens;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Platform.Api.OAuth.Server;

internal static class OAuthSetup
{
    /// <summary>The authorization server; where its records are is the composition root's business.</summary>
    public static IServiceCollection AddOAuthServer(this IServiceCollection services)
    {
        services.AddScoped<OAuthTenant>();
        services.AddSingleton<OAuthAudit>();
        services.AddSingleton<IssuerOptions>();
        services.AddSingleton<AuthorizationServer>();
        services.AddSingleton<Stylesheet>();
        services.AddSingleton<ITokenSigner, RingSigner>();
        services.AddSingleton<Families>();
        services.AddScoped<ClientRegistry>();
        services.AddScoped<MetadataClients>();
        services.AddScoped<Visitor>();
        services.AddScoped<SignInPage>();
        services.AddScoped<ConsentPage>();
        services.AddScoped<AuthorizePage>();
        services.AddSingleton<FluentValidation.IValidator<CreateOAuthClient>, CreateOAuthClientValidator>();
        services.AddSingleton<FluentValidation.IValidator<OAuthClientSettings>, OAuthClientSettingsValidator>();
        services.AddOpenIddict().AddServer(Configure);
        services.AddOptions<OpenIddictServerOptions>().Configure<IOptions<ApiOptions>, TimeProvider>((server, api, clock) =>
        {
            server.AccessTokenLifetime = api.Value.AccessTokenLife;
            server.RefreshTokenLifetime = api.Value.RefreshTokenLife;
            server.TimeProvider = clock;
        });
        return services;
    }

    private static void Configure(OpenIddictServerBuilder server)
    {
        server.SetAuthorizationEndpointUris("oauth/authorize")
            .SetTokenEndpointUris("oauth/token")
            .SetIntrospectionEndpointUris("oauth/introspect")
            .SetRevocationEndpointUris("oauth/revoke")
            .SetConfigurationEndpointUris(".well-known/openid-configuration")
            .SetJsonWebKeySetEndpointUris(Array.Empty<Uri>());
        server.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().AllowClientCredentialsFlow().RequireProofKeyForCodeExchange();
        server.SetAuthorizationCodeLifetime(TimeSpan.FromMinutes(1))
            .SetIdentityTokenLifetime(TimeSpan.FromMinutes(10))

            // A used refresh token is worth nothing, not even for the half minute that is OpenIddict's default.
            .SetRefreshTokenReuseLeeway(TimeSpan.Zero)
            .DisableSlidingRefreshTokenExpiration()
            .UseReferenceRefreshTokens()
            .DisableAccessTokenEncryption();

        // Checked by CheckRequest, against what the tenant and the client have.
        server.DisableScopeValidation().DisableResourceValidation().IgnoreScopePermissions().IgnoreResourcePermissions();
        server.Configure(static options =>
        {
            options.CodeChallengeMethods.Clear();
            options.CodeChallengeMethods.Add(CodeChallengeMethods.Sha256);
            options.ResponseModes.Clear();
            options.ResponseModes.Add(ResponseModes.Query);
            options.ClientAuthenticationMethods.Clear();
            options.ClientAuthenticationMethods.UnionWith([ClientAuthenticationMethods.ClientSecretBasic, ClientAuthenticationMethods.ClientSecretPost, ClientAuthenticationMethods.PrivateKeyJwt]);
        });

        // OpenIddict does not start without these. Nothing is signed or encrypted with them, and nobody believes what would be: docs/adr/0012.
        server.AddEphemeralSigningKey(SecurityAlgorithms.EcdsaSha256).AddEphemeralEncryptionKey(SecurityAlgorithms.Aes256KW);
        Handlers(server);
        server.UseAspNetCore().EnableAuthorizationEndpointPassthrough().EnableErrorPassthrough().DisableTransportSecurityRequirement().SuppressJsonResponseIndentation();
    }

    private static void Handlers(OpenIddictServerBuilder server)
    {
        server.RemoveEventHandler(OpenIddictServerHandlers.RedeemTokenEntry.Descriptor);
        server.RemoveEventHandler(OpenIddictServerHandlers.Protection.GenerateIdentityModelToken.Descriptor);
        server.AddEventHandler(Describe.Descriptor);
        server.AddEventHandler(CheckRequest.Authorization);
        server.AddEventHandler(CheckRequest.Token);
        server.AddEventHandler(GrantTokens.Descriptor);
        server.AddEventHandler(RedeemOnce.Descriptor);
        server.AddEventHandler(SignToken.Descriptor);
        server.AddEventHandler(StoreHandle.Descriptor);
        server.AddEventHandler(ReadHandle.Descriptor);
        server.AddEventHandler(ReadAssertion.Descriptor);
        server.AddEventHandler(ReadSignedToken.Descriptor);
        server.AddEventHandler(DetectReuse.Descriptor);
        server.AddEventHandler(TakeBack.Descriptor);
        server.AddEventHandler(RecordRefusal.Descriptor);
    }
}
