using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Tenants;
using Platform.Testing;

namespace Platform.Api.Tests.RateLimits;

/// <summary>
/// A tenant that asks for twenty times its limit does not move what another one is refused: by counts, alone and beside the flood, on one node and on two.
/// </summary>
[Trait("Control", "IN-8")]
public sealed class FairnessTests : IAsyncLifetime
{
    private const int Limit = 20;
    private const int Factor = 20;

    // No permit comes back while a test runs: what is served is a number.
    private static readonly RateLimitRule Small = new(1, Limit);

    private TwoNodes _nodes = null!;

    public async ValueTask InitializeAsync() => _nodes = await TwoNodes.StartAsync();

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    public static TheoryData<int, string> Floods { get; } = new()
    {
        { 1, "tenant" },
        { 2, "tenant" },
        { 1, "address" },
        { 2, "address" },
        { 1, "quota" },
        { 2, "quota" },
    };

    [Theory]
    [MemberData(nameof(Floods))]
    public async Task A_tenant_at_twenty_times_its_limit_moves_no_count_of_another(int nodes, string kind)
    {
        var policy = kind switch
        {
            "tenant" => new RateLimitPolicy { Tenant = Small },
            "address" => new RateLimitPolicy { Address = Small },
            _ => new RateLimitPolicy { Quota = new UsageQuota(Limit, null) },
        };
        using var flooder = new NodeCalls(_nodes, await GivenAsync(policy), nodes);
        using var alone = new NodeCalls(_nodes, await GivenAsync(policy), nodes);
        using var beside = new NodeCalls(_nodes, await GivenAsync(policy), nodes);

        var before = await alone.SendAsync(2 * Limit);
        var flood = flooder.SendAsync(Factor * Limit);
        var during = await beside.SendAsync(2 * Limit);

        // Neither one more, nor another kind: half of what is asked is served, and the rest is over the limit.
        Assert.Equal(new Dictionary<int, int> { [200] = Limit, [429] = Limit }, before);
        Assert.Equal(before, during);
        Assert.Equal(new Dictionary<int, int> { [200] = Limit, [429] = (Factor - 1) * Limit }, await flood);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_tenant_below_its_limit_has_no_errors_beside_a_flood(int nodes)
    {
        using var flooder = new NodeCalls(_nodes, await GivenAsync(new RateLimitPolicy { Tenant = Small }), nodes);
        using var quiet = new NodeCalls(_nodes, await GivenAsync(new RateLimitPolicy { Tenant = new RateLimitRule(1, 400) }), nodes);

        var flood = flooder.SendAsync(Factor * Limit);
        var during = await quiet.SendAsync(400);

        Assert.Equal(new Dictionary<int, int> { [200] = 400 }, during);
        Assert.Equal((Factor - 1) * Limit, (await flood)[429]);
    }

    private async Task<(TenantId Id, string Slug, string Key)> GivenAsync(RateLimitPolicy policy)
    {
        var tenant = await _nodes.GivenTenantAsync();
        await _nodes.LimitAsync(tenant.Id, policy);
        return tenant;
    }
}
