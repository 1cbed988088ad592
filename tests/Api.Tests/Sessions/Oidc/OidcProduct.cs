using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Abstractions.IdentityProviders;
using Platform.Api.Outbound;
using Platform.Api.Tests.IdentityProviders;
using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Support;
using Platform.Grains.Secrets;
using Platform.Hosting.Listeners;
using Platform.Testing;

namespace Platform.Api.Tests.Sessions.Oidc;

/// <summary>The instance that people sign in to. It shares the clock of the other instance, which is their provider, and may ask providers on loopback.</summary>
public sealed class OidcProduct(OAuthProduct provider) : IAsyncLifetime
{
    private IServiceProvider _services = null!;

    public PlatformApplication Platform { get; private set; } = null!;

    public ShiftedClock Clock => provider.Clock;

    internal ISecretStore Vault => _services.GetRequiredService<ISecretStore>();

    /// <summary>What lets a test speak for a browser, as the console does.</summary>
    internal ClientAddressSeal Seal => _services.GetRequiredService<ClientAddressSeal>();

    /// <summary>Where a provider sends a tenant's people back to, before the tenant knows the provider.</summary>
    public string RedirectOf(string tenant, string issuer) => new Uri(Platform.ManagementUrl, SignInRedirect.PathOf(tenant, issuer)).AbsoluteUri;

    public async ValueTask InitializeAsync()
    {
        Platform = await PlatformApplication.StartAsync(provider.Clock, services =>
        {
            services.AddSingleton(new OutboundPolicy { AllowLoopback = true, Patience = TimeSpan.FromSeconds(2) });
            services.AddSingleton<IHostedService>(made => new Capture(made, this));
        });
    }

    public ValueTask DisposeAsync() => Platform.DisposeAsync();

    private sealed class Capture : IHostedService
    {
        public Capture(IServiceProvider services, OidcProduct product) => product._services = services;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>A tenant whose people sign in through a provider, as a console would ask for it.</summary>
/// <param name="Redirect">What the tenant's administrator is told to register at the provider.</param>
internal sealed record OidcTenant(OidcProduct Product, TenantClient Tenant, string Provider, string Redirect)
{
    public static async Task<OidcTenant> MakeAsync(OidcProduct product, object provider, TenantClient? of = null)
    {
        var tenant = of ?? await TenantClient.MakeAsync(product.Platform);
        var added = await tenant.Rest(HttpMethod.Post, "identity-providers", provider);
        Assert.True(added.Status == 201, added.ToString());
        return new OidcTenant(product, tenant, added.Json.GetProperty("id").GetString()!, added.Json.GetProperty("signIn").GetProperty("redirectUri").GetString()!);
    }

    /// <summary>Changes the provider, as it is now.</summary>
    public async Task<Reply> Change(object provider) =>
        await Tenant.Put($"identity-providers/{Provider}", provider, (await Tenant.Rest(HttpMethod.Get, $"identity-providers/{Provider}")).Header("ETag"));

    public Task<Reply> Begin(string? tenant = null, string? provider = null)
    {
        Product.Clock.Advance(TimeSpan.FromSeconds(7));
        return Product.Platform.Rest(HttpMethod.Post, "/v1/sessions:beginOidc", new { tenant = tenant ?? Tenant.Slug, provider = provider ?? Provider }, "");
    }

    public async Task<Begun> GivenBegun()
    {
        var reply = await Begin();
        Assert.True(reply.Status == 200, reply.ToString());
        var url = reply.Json.GetProperty("authorizationUrl").GetString()!;
        return new Begun(url, reply.Json.GetProperty("state").GetString()!, reply.Json.GetProperty("binding").GetString()!,
            QueryHelpers.ParseQuery(new Uri(url).Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal));
    }

    /// <param name="redirectKey">Of the URI that the browser came back to; the one that the provider was told when null.</param>
    public Task<Reply> Complete(Begun begun, string code, string? iss, string? binding = null, string? redirectKey = null) => Product.Platform.Rest(HttpMethod.Post, "/v1/sessions:completeOidc",
        new { tenant = Tenant.Slug, redirectKey = redirectKey ?? begun.Query["redirect_uri"].Split('/')[^1], state = begun.State, binding = binding ?? begun.Binding, code, iss }, "");

    public Task<Reply> Ask(string token, string path = "/v1/sessions/current") => Product.Platform.Rest(HttpMethod.Get, path, credential: token);
}

/// <summary>A sign-in on its way.</summary>
internal sealed record Begun(string Url, string State, string Binding, Dictionary<string, string> Query);
