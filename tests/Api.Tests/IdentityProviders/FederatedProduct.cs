using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Outbound;
using Platform.Testing;

namespace Platform.Api.Tests.IdentityProviders;

/// <summary>A product whose outbound guard lets it ask a provider on loopback, as a developer's does, under a clock that tests move.</summary>
public sealed class FederatedProduct : IAsyncLifetime
{
    public ShiftedClock Clock { get; } = new();

    public PlatformApplication Platform { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Platform = await PlatformApplication.StartAsync(Clock, services => services.AddSingleton(new OutboundPolicy { AllowLoopback = true }));

    public ValueTask DisposeAsync() => Platform.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class FederatedTests : ICollectionFixture<FederatedProduct>
{
    public const string Name = "federated";
}
