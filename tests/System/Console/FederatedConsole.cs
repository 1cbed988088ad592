using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Outbound;
using Platform.System.Tests.OAuth;
using Platform.Testing;

namespace Platform.System.Tests.Console;

/// <summary>
/// The product, with a provider of somebody else's beside it. It runs in this process, because no setting lets the shipped one ask a provider on loopback; the provider is another site for a browser, as every real one is.
/// </summary>
public sealed class FederatedConsole : IAsyncLifetime
{
    public const string Tenant = "acme";

    private PlatformApplication _platform = null!;

    internal OpenIdProvider Provider { get; private set; } = null!;

    public Uri Management => _platform.ManagementUrl;

    public async ValueTask InitializeAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        Provider = await OpenIdProvider.StartAsync(new JsonObject { ["rita"] = new JsonArray("staff", "key-readers"), ["nora"] = new JsonArray("staff") }, cancel);
        _platform = await PlatformApplication.StartAsync(configure: services => services.AddSingleton(new OutboundPolicy { AllowLoopback = true }));
        _ = await PlatformApplication.Expect(await _platform.Manage(HttpMethod.Post, "/v1/bootstrap", new { secret = _platform.BootstrapSecret, password = ConsoleVisit.Password }, credential: ""), HttpStatusCode.Created);
        _ = await _platform.GivenTenant(Tenant);
        _ = await PlatformApplication.Expect(
            await _platform.Manage(HttpMethod.Post, $"/v1/tenants/{Tenant}/roles", new { name = "key-reader", description = "Reads keys.", allow = new[] { "tenants:read", "keys:read", "identity-providers:read" } }), HttpStatusCode.Created);
    }

    /// <summary>The secret of an invitation for a new administrator of the tenant.</summary>
    public async Task<string> InviteAdminAsync(string name)
    {
        await _platform.GivenUser(Tenant, name, "admin");
        return (await PlatformApplication.Expect(await _platform.Manage(HttpMethod.Post, $"/v1/tenants/{Tenant}/principals/usr_{name}:issueInvitation", new { }), HttpStatusCode.OK)).GetProperty("secret").GetString()!;
    }

    /// <summary>A visitor whose browser leaves this machine for nothing: the provider's pages name a font of the internet.</summary>
    internal static async Task<Visitor> VisitAsync(Browser browser)
    {
        var visitor = await browser.VisitAsync();
        await visitor.Page.RouteAsync(static url => !new Uri(url).IsLoopback, static route => route.AbortAsync());
        return visitor;
    }

    public async ValueTask DisposeAsync()
    {
        if (_platform is not null)
        {
            await _platform.DisposeAsync();
        }

        if (Provider is not null)
        {
            await Provider.DisposeAsync();
        }
    }
}
