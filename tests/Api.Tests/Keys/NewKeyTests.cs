using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Keys;

/// <summary>A product that no change is pushed to: what a node knows of a new key it knows by itself.</summary>
[Trait("Control", "AU-1")]
public sealed class NewKeyTests
{
    [Fact]
    public async Task Whoever_is_given_a_key_can_use_it_at_once_whatever_was_missed_a_moment_before()
    {
        await using var platform = await PlatformApplication.StartAsync(configure: services =>
            services.Remove(services.Single(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Name == "ChangeListener")));
        var tenant = await TenantClient.MakeAsync(platform);
        for (var i = 0; i < 5; i++)
        {
            // A guess has the node ask which keys there are, and believe the answer for a second.
            Assert.Equal(401, (await tenant.With(KeyForge.UnknownId(tenant.Key)).CallTool()).Status);
            Assert.Equal(401, (await platform.Rest(HttpMethod.Get, "/v1/tenants", credential: KeyForge.UnknownId(platform.AdminKey))).Status);

            Assert.Equal(200, (await (await tenant.GivenKey()).CallTool()).Status);
            var (operatorKey, _) = await platform.GivenOperator("tenants:read");
            Assert.Equal(200, (await platform.Rest(HttpMethod.Get, "/v1/tenants", credential: operatorKey)).Status);
        }
    }
}
