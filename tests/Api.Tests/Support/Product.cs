using Platform.Api.Tests.Support;
using Platform.Testing;

[assembly: AssemblyFixture(typeof(Product))]
[assembly: AssemblyFixture(typeof(ClockedProduct))]
[assembly: AssemblyFixture(typeof(HostedProduct))]

namespace Platform.Api.Tests.Support;

/// <summary>The started product that independent tests share; each makes the tenants and keys it needs.</summary>
public sealed class Product : IAsyncLifetime
{
    /// <summary>Tests that share a product make operators of their own: how many there are must decide nothing.</summary>
    public const string OneResumes = "--Platform:Incidents:ResumeNeedsTwo=never";

    /// <summary>The one browser origin the lab allows.</summary>
    public const string AllowedOrigin = "https://app.example:8443";

    public PlatformApplication Platform { get; private set; } = null!;

    /// <summary>A tenant for tests that change nothing; its key has the role admin and a limit nobody reaches.</summary>
    public TenantClient Lab { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Platform = await PlatformApplication.StartAsync(settings: OneResumes);
        Lab = await GivenTenant();
    }

    public ValueTask DisposeAsync() => Platform.DisposeAsync();

    /// <summary>A new tenant with a key of these roles.</summary>
    public Task<TenantClient> GivenTenant(params string[] roles) => TenantClient.MakeAsync(Platform, roles);
}

/// <summary>A product whose clock tests move, with the platform admin's password set. One test at a time.</summary>
public sealed class ClockedProduct : IAsyncLifetime
{
    public const string Password = "correct horse battery staple";

    public ShiftedClock Clock { get; } = new();

    /// <summary>Its mail server.</summary>
    public SmtpSink Mail { get; } = new();

    public PlatformApplication Platform { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Platform = await PlatformApplication.StartAsync(Clock, settings: [
            Product.OneResumes, "--Platform:Mail:Host=localhost", $"--Platform:Mail:Port={Mail.Port}", $"--Platform:Mail:AuthorityFile={Mail.AuthorityFile}", "--Platform:Mail:From=no-reply@example.com",
            "--Platform:Mail:Timeout=00:00:10"]);
        var answer = await Platform.Rest(HttpMethod.Post, "/v1/bootstrap", new { secret = Platform.BootstrapSecret, password = Password }, "");
        Assert.Equal(201, answer.Status);
    }

    public async ValueTask DisposeAsync()
    {
        await Platform.DisposeAsync();
        await Mail.DisposeAsync();
    }

    /// <summary>Later than every limit of a minute.</summary>
    public void GivenAQuietMinute() => Clock.Advance(TimeSpan.FromSeconds(61));

    public Task<Reply> SignIn(string user, string password) => Platform.Rest(HttpMethod.Post, "/v1/sessions", new { user, password }, "");

    public async Task<string> GivenSession()
    {
        GivenAQuietMinute();
        return (await SignIn("admin", Password)).Json.GetProperty("token").GetString()!;
    }
}

[CollectionDefinition(Name)]
public sealed class ClockedTests
{
    public const string Name = "clocked";
}
