using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Tests.Mcp.Support;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.Mcp.Transports;

/// <summary>What is open is judged again and again, whatever became of one question.</summary>
[Trait("Control", "TR-10")]
public sealed class StreamVerdictTests(StreamVerdictTests.Patient product) : IClassFixture<StreamVerdictTests.Patient>
{
    [Fact, Trait("Control", "AZ-6")]
    public async Task A_subscription_outlives_questions_that_nobody_answered_and_ends_when_its_key_is_revoked()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        await using var stream = await EventStream.OpenAsync(ListenRequest(tenant));
        await stream.JsonAsync();
        await product.LoseSomeAsync();

        await tenant.CallTool("memory_set", new { key = "new", value = "v" });
        Assert.Equal("notifications/resources/list_changed", (await stream.JsonAsync()).GetProperty("method").GetString());
        await tenant.Revoke();

        Assert.True((await stream.RestAsync())[^1].TryGetProperty("result", out _));
    }

    [Fact, Trait("Control", "AZ-6")]
    public async Task A_listening_stream_outlives_questions_that_nobody_answered_and_ends_when_its_key_is_revoked()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        await using var stream = await EventStream.OpenAsync(tenant.ListenRequest(await tenant.GivenSession()));
        await stream.NextAsync();
        await product.LoseSomeAsync();

        await tenant.CallTool("memory_set", new { key = "new", value = "v" });
        Assert.Equal("notifications/resources/list_changed", (await stream.JsonAsync()).GetProperty("method").GetString());
        await tenant.Revoke();

        Assert.Empty(await stream.RestAsync());
    }

    [Fact]
    public async Task A_socket_outlives_questions_that_nobody_answered_and_ends_when_its_key_is_revoked()
    {
        var tenant = await TenantClient.MakeAsync(product.Platform);
        await using var client = await SocketClient.OpenAsync(tenant);
        await product.LoseSomeAsync();

        Assert.Equal("on", (await client.AskAsync(SocketClient.Echo("1", "on"))).TextOf());
        await tenant.Revoke();

        Assert.Equal(4401, (await client.ClosedAsync()).Code);
    }

    private static HttpRequestMessage ListenRequest(TenantClient tenant) => tenant.Modern("subscriptions/listen", "\"notifications\":{\"resourcesListChanged\":true}", null);

    /// <summary>Who cannot be judged for long enough is not served any more, in every transport.</summary>
    [Trait("Control", "TR-10")]
    public sealed class Unjudged(Strict product) : IClassFixture<Strict>
    {
        [Fact]
        public async Task Whom_nobody_can_judge_is_not_served_any_more()
        {
            var tenant = await TenantClient.MakeAsync(product.Platform);
            await using var modern = await EventStream.OpenAsync(ListenRequest(tenant));
            await modern.JsonAsync();
            await using var legacy = await EventStream.OpenAsync(tenant.ListenRequest(await tenant.GivenSession()));
            await legacy.NextAsync();
            await using var socket = await SocketClient.OpenAsync(tenant);

            product.Verdicts.AreLost = true;

            Assert.True(Assert.Single(await modern.RestAsync()).TryGetProperty("result", out _));
            Assert.Empty(await legacy.RestAsync());
            Assert.Equal(1013, (await socket.ClosedAsync()).Code);
        }
    }

    /// <summary>A product that keeps no verdict for long and asks often.</summary>
    public abstract class Asking(TimeSpan? unjudged) : IAsyncLifetime
    {
        public PlatformApplication Platform { get; private set; } = null!;

        internal LostVerdicts Verdicts { get; } = new();

        public async ValueTask InitializeAsync() => Platform = await PlatformApplication.StartAsync(configure: services =>
        {
            services.AddSingleton<IIncomingGrainCallFilter>(Verdicts);
            services.Configure<ApiOptions>(api =>
            {
                (api.VerdictLife, api.StreamBeat) = (TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(100));
                api.StreamUnjudged = unjudged ?? api.StreamUnjudged;
            });
        });

        public async ValueTask DisposeAsync()
        {
            await Platform.DisposeAsync();
            GC.SuppressFinalize(this);
        }

        /// <summary>Loses some questions; then all are answered again.</summary>
        internal async Task LoseSomeAsync()
        {
            var before = Verdicts.Lost;
            Verdicts.AreLost = true;
            await McpCalls.Until(() => Task.FromResult(Verdicts.Lost), lost => lost > before + 1);
            Verdicts.AreLost = false;
        }
    }

    public sealed class Patient() : Asking(unjudged: null);

    public sealed class Strict() : Asking(TimeSpan.FromMilliseconds(500));
}
