using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.RateLimits;
using Platform.Api.Tests.Support;
using Platform.Grains.Secrets;
using Platform.Testing;

namespace Platform.Api.Tests.Authentication;

/// <summary>What a guess costs and what it tells: each with a product of its own, whose work is counted.</summary>
[Trait("Control", "AU-7")]
public sealed class GuessTests(GuessTests.Counted product) : IClassFixture<GuessTests.Counted>
{
    private const string Letters = "0123456789abcdefghijklmnopqrstuvwxyz";

    [Fact]
    public async Task A_made_up_id_with_a_right_checksum_reads_no_storage()
    {
        var tenant = product.Tenant;
        var before = product.Faults.Reads;

        var replies = await Task.WhenAll(Letters.Select(c => tenant.With(KeyForge.Sign(tenant.Key[..10] + new string(c, 8) + tenant.Key[18..^6])).Call("tools/list")));

        Assert.All(replies, reply => Assert.Equal(401, reply.Status));
        AssertFewReadsSince(before);
    }

    [Fact]
    public async Task A_made_up_id_of_a_management_key_reads_no_storage()
    {
        var admin = product.Platform.AdminKey;
        var before = product.Faults.Reads;

        var replies = await Task.WhenAll(Letters.Select(c => product.Platform.Rest(HttpMethod.Get, "/v1/tenants", credential: KeyForge.Sign(admin[..10] + new string(c, 8) + admin[18..^6]))));

        Assert.All(replies, reply => Assert.Equal(401, reply.Status));
        AssertFewReadsSince(before);
    }

    [Fact]
    public async Task Every_guess_costs_one_hash_whether_the_id_exists_or_not()
    {
        var revoked = await product.Tenant.GivenKey();
        await product.Platform.Rest(HttpMethod.Post, $"/v1/tenants/{revoked.Slug}/keys/{revoked.KeyId}:revoke");
        string[] guesses = [KeyForge.UnknownId(product.Tenant.Key), KeyForge.OtherSecret(product.Tenant.Key), revoked.Key, KeyForge.OtherSecret(revoked.Key)];

        var costs = new List<long>();
        foreach (var guess in guesses)
        {
            costs.Add(await HashesOf(() => product.Tenant.With(guess).Call("tools/list")));
        }

        Assert.Equal([1, 1, 1, 1], costs);
    }

    [Fact]
    public async Task What_is_no_key_costs_no_hash()
    {
        string[] none = ["", "garbage", KeyForge.WrongChecksum(product.Tenant.Key), KeyForge.OtherEnvironment(product.Tenant.Key), KeyForge.OtherKind(product.Tenant.Key)];

        Assert.Equal(0, await HashesOf(() => Task.WhenAll(none.Select(guess => product.Tenant.With(guess).Call("tools/list")))));
    }

    /// <summary>Some rows are read by what the product does by itself meanwhile; a guess that reads one would make it as many as guesses.</summary>
    private void AssertFewReadsSince(int before) => Assert.InRange(product.Faults.Reads - before, 0, Letters.Length / 3);

    private async Task<long> HashesOf(Func<Task> attempt)
    {
        var before = product.Hasher.Part.Computed;
        await attempt();
        return product.Hasher.Part.Computed - before;
    }

    /// <summary>A product that has seen one good and one bad key of each kind, so that what is counted is the guess alone.</summary>
    public sealed class Counted : IAsyncLifetime
    {
        public Faults Faults { get; } = new();

        public Reached<CredentialHasher> Hasher { get; } = new();

        public PlatformApplication Platform { get; private set; } = null!;

        public TenantClient Tenant { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Platform = await PlatformApplication.StartAsync(configure: services =>
            {
                Faults.Install(services);
                Hasher.Install(services);
            });
            Tenant = await TenantClient.MakeAsync(Platform);
            Assert.Equal(200, (await Tenant.Call("tools/list")).Status);
            Assert.Equal(401, (await Tenant.With(KeyForge.UnknownId(Tenant.Key)).Call("tools/list")).Status);
            Assert.Equal(401, (await Platform.Rest(HttpMethod.Get, "/v1/tenants", credential: KeyForge.UnknownId(Platform.AdminKey))).Status);
        }

        public ValueTask DisposeAsync() => Platform.DisposeAsync();
    }
}

[Trait("Control", "AU-7")]
public sealed class GuessLimitTests
{
    private static readonly IPAddress Guesser = IPAddress.Parse("127.0.0.66");
    private static readonly IPAddress Elsewhere = IPAddress.Parse("127.0.0.67");

    [Fact]
    public async Task Who_guessed_too_often_is_stopped_and_a_good_key_at_the_same_address_is_served()
    {
        var limiter = new Reached<RefusalLimiter>();
        await using var platform = await PlatformApplication.StartAsync(configure: services =>
        {
            limiter.Install(services);
            services.Configure<ApiOptions>(api => api.RefusalsAtOnce = 200);
        });
        var tenant = await TenantClient.MakeAsync(platform);
        var unseen = await tenant.GivenKey();
        var wrong = tenant.With(KeyForge.OtherSecret(unseen.Key));
        var unknown = tenant.With(KeyForge.UnknownId(tenant.Key));
        Assert.Equal(401, (await wrong.Socket(from: Guesser)).Status);
        Assert.Equal(401, (await unknown.Socket(from: Guesser)).Status);
        Assert.All(Enumerable.Range(0, 202), _ => limiter.Part.Take(Guesser, out int _));

        foreach (var guess in new[] { wrong, unknown })
        {
            var refused = await guess.Socket(from: Guesser);
            Assert.Equal((429, "rate-limited"), (refused.Status, refused.Slug));
            Assert.Equal(401, (await guess.Socket(from: Elsewhere)).Status);
        }

        Assert.Equal(200, (await unseen.Socket(from: Guesser)).Status);
    }
}

[Trait("Control", "CF-5")]
public sealed class EnvironmentTests(Product live)
{
    [Fact]
    public async Task A_key_of_one_environment_is_worth_nothing_in_the_other()
    {
        await using var test = await PlatformApplication.StartAsync(settings: "--Platform:Environment=test");
        var tested = await TenantClient.MakeAsync(test);

        Assert.StartsWith("mcpk_test_", tested.Key, StringComparison.Ordinal);
        Assert.Equal(200, (await tested.Call("tools/list")).Status);
        Assert.Equal(401, (await tested.With(live.Lab.Key).Call("tools/list")).Status);
        Assert.Equal(401, (await live.Lab.With(tested.Key).Call("tools/list")).Status);
        Assert.Equal(401, (await test.Rest(HttpMethod.Get, "/v1/tenants", credential: live.Platform.AdminKey)).Status);
        Assert.Equal(401, (await live.Platform.Rest(HttpMethod.Get, "/v1/tenants", credential: test.AdminKey)).Status);
    }

    [Fact]
    public async Task A_key_whose_environment_was_rewritten_is_a_wrong_secret()
    {
        await using var test = await PlatformApplication.StartAsync(settings: "--Platform:Environment=test");
        var tested = await TenantClient.MakeAsync(test);

        Assert.Equal(401, (await tested.With(KeyForge.Sign(tested.Key.Replace("_test_", "_live_", StringComparison.Ordinal)[..^6])).Call("tools/list")).Status);
        Assert.Equal(401, (await live.Lab.With(KeyForge.Sign(tested.Key.Replace("_test_", "_live_", StringComparison.Ordinal)[..^6])).Call("tools/list")).Status);
    }
}
