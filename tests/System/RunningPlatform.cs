namespace Platform.System.Tests;

/// <summary>One running product for the tests that only use it; each makes its own tenants.</summary>
public sealed class RunningPlatform : IAsyncLifetime
{
    internal PlatformHome Home { get; } = new();

    internal ManagementApi Management { get; private set; } = null!;

    internal PlatformProcess Process { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        // Tests make operators, and from the second one on a resumption would take two; tests of that have a platform of their own.
        Process = await Home.StartAsync(TestContext.Current.CancellationToken, "--Platform:Incidents:ResumeNeedsTwo=never");
        Management = await Home.ManagementAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Management?.Dispose();
        await Home.DisposeAsync();
    }

    /// <summary>A new tenant without limits, and an admin key of it.</summary>
    internal async Task<(string Slug, Uri Endpoint, IssuedKey Key)> NewTenantAsync(CancellationToken cancel)
    {
        var slug = $"t-{Guid.NewGuid().ToString("N")[..12]}";
        await Management.CreateTenantAsync(slug, cancel);
        return (slug, Home.Endpoint(slug), await Management.IssueKeyAsync(slug, cancel));
    }
}

[CollectionDefinition(Name)]
public sealed class RunningPlatformCollection : ICollectionFixture<RunningPlatform>, ICollectionFixture<Browser>
{
    public const string Name = "running platform";
}
