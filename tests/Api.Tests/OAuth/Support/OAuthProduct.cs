using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Authentication.Tokens;
using Platform.Api.OAuth;
using Platform.Api.OAuth.Tokens;
using Platform.Api.Outbound;
using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Support;
using Platform.Testing;

[assembly: AssemblyFixture(typeof(OAuthProduct))]

namespace Platform.Api.Tests.OAuth.Support;

/// <summary>A product whose tenants have keys of their own and whose token records can be made to fail. Each test makes its tenants.</summary>
public sealed class OAuthProduct : IAsyncLifetime
{
    public const string Password = "a long enough password, truly";

    private IServiceProvider _services = null!;

    public PlatformApplication Platform { get; private set; } = null!;

    internal OAuthFaults Faults { get; } = new();

    /// <summary>A tenant for tests that leave it as it is.</summary>
    public OAuthTenantClient Lab { get; private set; } = null!;

    public ShiftedClock Clock { get; } = new();

    public string Site => Platform.McpUrl.GetLeftPart(UriPartial.Authority);

    public async ValueTask InitializeAsync()
    {
        Platform = await PlatformApplication.StartAsync(Clock, Configure, "--Platform:OAuth:RefreshTokenDays=1", Product.OneResumes);
        Lab = await GivenTenant();
    }

    private void Configure(IServiceCollection services)
    {
        services.AddSingleton<ITokenSigner>(provider => new SwitchedRing(new RingSigner(provider.GetRequiredService<TenantGrains>()), Faults));
        services.AddSingleton<IHostedService>(provider => new Capture(provider, this));
        var records = services.Last(service => service.ServiceType == typeof(ITokenRecords));
        services.Remove(records);
        services.AddScoped<ITokenRecords>(provider => new FaultyRecords((ITokenRecords)ActivatorUtilities.CreateInstance(provider, records.ImplementationType!), Faults));

        services.AddSingleton<ITokenRevocation>(provider => new FaultyRevocations(ActivatorUtilities.CreateInstance<TokenRevocations>(provider), Faults));

        // The documents of tests live on this machine.
        services.AddSingleton(new OutboundPolicy
        {
            AllowLoopback = true,
            Resolve = static (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]),
            Certificates = static (_, certificate, _, _) => string.Equals(certificate?.Subject, "CN=client.example", StringComparison.Ordinal),
        });
    }

    public ValueTask DisposeAsync() => Platform.DisposeAsync();

    /// <summary>A tenant with one user, who has a password.</summary>
    public async Task<OAuthTenantClient> GivenTenant()
    {
        var tenant = await TenantClient.MakeAsync(Platform);
        var id = await IdOf(tenant.Slug);
        await GivenUser(id, "usr_alice");
        return new OAuthTenantClient(this, tenant, id);
    }

    internal async Task GivenUser(TenantId tenant, string principal)
    {
        var grains = _services.GetRequiredService<TenantGrains>();
        var caller = new Caller(tenant, "test", "test");
        var grain = grains.For(tenant).Get<IPrincipalGrain>(principal);
        await grain.CreateAsync(new CreatePrincipal(PrincipalKind.User, "Alice", ["user"]), caller);
        var login = grains.For(tenant).Get<ILoginGrain>(principal);
        Assert.True((await login.IssueSecretAsync(new IssueLoginSecret { Kind = LoginSecretKind.Invitation }, caller)).Try(out var invitation, out _));
        Assert.True((await login.UseSecretAsync(new UseLoginSecret(invitation.Secret, Password, null))).Try(out _, out _));
    }

    private async Task<TenantId> IdOf(string slug)
    {
        var grains = _services.GetRequiredService<TenantGrains>();
        Assert.True((await grains.Platform.Get<ITenantDirectoryGrain>(slug).FindAsync()).Try(out var id, out _));
        return id;
    }

    private sealed class Capture : IHostedService
    {
        public Capture(IServiceProvider services, OAuthProduct product) => product._services = services;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>Tests that share a clock which some of them move: one at a time.</summary>
[CollectionDefinition(Name)]
public sealed class OAuthTests
{
    public const string Name = "oauth";
}
