using Microsoft.Extensions.DependencyInjection;

namespace Platform.Api.Authentication.Tokens;

internal static class AccessTokenRegistration
{
    /// <summary>What reads access tokens at the gates.</summary>
    public static IServiceCollection AddAccessTokens(this IServiceCollection services) => services
        .AddSingleton<TenantUris>()
        .AddSingleton<TenantKeys>()
        .AddSingleton<ITokenRevocation, TokenRevocations>()
        .AddSingleton<TrustedIssuers>()
        .AddSingleton<ProviderKeys>()
        .AddSingleton<OwnTokens>()
        .AddSingleton<ExternalTokens>()
        .AddSingleton<TokenAuthenticator>();
}
