using Platform.Abstractions.Idempotency;
using Platform.Abstractions.Tenants;
using Platform.Testing;

namespace Platform.Grains.Tests.Idempotency;

[Collection(OnTheCluster.Name)]
public sealed class IdempotencyGrainTests(SharedCluster shared)
{
    private static readonly TenantId Trail = TenantId.New();
    private readonly IIdempotencyGrain _grain = shared.Cluster.For(shared.Cluster.GivenTenantAsync().GetAwaiter().GetResult()).Get<IIdempotencyGrain>(Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task A_claim_and_an_answer_survive_the_silo()
    {
        Assert.Equal(IdempotencyState.Begun, (await _grain.BeginAsync("a")).State);
        await shared.Cluster.DeactivateAsync(_grain);
        Assert.Equal(IdempotencyState.UnderWay, (await _grain.BeginAsync("a")).State);
        await _grain.CompleteAsync("a", new KeptAnswer(201, "/there", "{}", Trail, "key"));
        await shared.Cluster.DeactivateAsync(_grain);

        Assert.Equal(new KeptAnswer(201, "/there", "{}", Trail, "key"), (await _grain.BeginAsync("a")).Answer);
    }

    [Fact]
    public async Task A_released_key_is_free()
    {
        await _grain.BeginAsync("a");
        await _grain.ReleaseAsync("a");

        Assert.Equal(IdempotencyState.Begun, (await _grain.BeginAsync("b")).State);
    }

    [Fact]
    public async Task Nobody_releases_the_key_of_another_request()
    {
        await _grain.BeginAsync("a");
        await _grain.ReleaseAsync("b");

        Assert.Equal(IdempotencyState.UnderWay, (await _grain.BeginAsync("a")).State);
    }
}
