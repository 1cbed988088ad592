using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Alerts;

/// <summary>A product of its own, alone: thousands of refusals are not the business of other tests, and metrics are the process's.</summary>
[Collection(nameof(WholeProcess)), Trait("Control", "AL-7")]
public sealed class TenantTelemetryTests(TenantTelemetryTests.Attacked attacked) : IClassFixture<TenantTelemetryTests.Attacked>
{
    private const int Attempts = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task An_honest_tenant_has_series_of_its_own_while_ten_thousand_made_up_names_and_hosts_have_none()
    {
        var id = (await attacked.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{attacked.Tenant.Slug}")).Json.GetProperty("id").GetString()!;
        Assert.Equal(200, (await attacked.Tenant.CallTool()).Status);
        Assert.Equal(401, (await attacked.Tenant.With(KeyForge.OtherSecret(attacked.Tenant.Key)).CallTool()).Status);
        foreach (var metric in new[] { "platform_tenant_requests", "platform_tenant_auth_failures", "platform_tenant_request_duration_seconds_count", "platform_tenant_request_body_size_bytes_count" })
        {
            await SeenAsync(lines => lines.Any(line => line.StartsWith(metric, StringComparison.Ordinal) && line.Contains($"tenant=\"{id}\"", StringComparison.Ordinal)));
        }

        // Refused before anybody looks who sends it, by what it says of itself; and of somebody who is known, by what was read of it.
        var large = attacked.Tenant.Raw(new byte[2 << 20]);
        large.Headers.TransferEncodingChunked = true;
        Assert.Equal(413, (await attacked.Tenant.With("").Post(new byte[2 << 20])).Status);
        Assert.Equal(413, (await attacked.Tenant.Send(large)).Status);
        await SeenAsync(lines => TooLarge(lines) >= 2);

        var before = await LinesAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, Attempts), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken }, async (i, _) => await attacked.MakeUpAsync(i));

        // All of them were counted, for nobody but the platform.
        await SeenAsync(lines => lines.Where(line => line.StartsWith("platform_tenant_", StringComparison.Ordinal) && line.Contains("_total{", StringComparison.Ordinal) && line.Contains("tenant=\"platform\"", StringComparison.Ordinal)).Sum(Value) > 1_000);
        var after = await LinesAsync();
        Assert.DoesNotContain(after, line => line.Contains("madeup", StringComparison.OrdinalIgnoreCase));

        // New kinds of outcomes have series, names have none.
        Assert.InRange(after.Length, 1, before.Length + 300);
        Assert.All(after.Where(line => line.StartsWith("platform_tenant_", StringComparison.Ordinal)), line => Assert.Matches("tenant=\"(platform|other|[a-z0-9]{16})\"", line));
        Assert.Contains(after, line => line.Contains($"tenant=\"{id}\"", StringComparison.Ordinal));
    }

    /// <summary>Bodies above the largest that is served.</summary>
    private static double TooLarge(string[] lines)
    {
        var sizes = lines.Where(line => line.StartsWith("platform_tenant_request_body_size_bytes_bucket", StringComparison.Ordinal)).ToArray();
        return sizes.Where(line => line.Contains("le=\"+Inf\"", StringComparison.Ordinal)).Sum(Value) - sizes.Where(line => line.Contains("le=\"1048576\"", StringComparison.Ordinal)).Sum(Value);
    }

    private static double Value(string line) => double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

    private async Task<string[]> LinesAsync() =>
        [.. (await attacked.Platform.Get(new Uri(attacked.Platform.ManagementUrl, "/metrics"))).Text.Split('\n').Where(line => !line.StartsWith('#'))];

    private async Task SeenAsync(Predicate<string[]> wanted)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!wanted(await LinesAsync()))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "The metrics do not show it.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    public sealed class Attacked : IAsyncLifetime
    {
        public PlatformApplication Platform { get; private set; } = null!;

        public TenantClient Tenant { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            // As the product has it: what is beyond it is answered 429, and counted as that.
            Platform = await PlatformApplication.StartAsync(configure: services => services.Configure<ApiOptions>(api => api.RefusalsAtOnce = new ApiOptions().RefusalsAtOnce));
            Tenant = await TenantClient.MakeAsync(Platform, []);
        }

        /// <summary>A request for a tenant, or by a host, that somebody made up.</summary>
        public async Task MakeUpAsync(int i)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Platform.McpUrl, $"/t/madeup-{i}/mcp")) { Content = new StringContent("{}") };
            request.Headers.Host = i % 2 == 0 ? null : $"madeup-{i}.example";
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer madeup");
            await Platform.Send(request);
        }

        public ValueTask DisposeAsync() => Platform.DisposeAsync();
    }
}
