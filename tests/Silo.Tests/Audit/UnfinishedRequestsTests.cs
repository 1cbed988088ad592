using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Silo.Audit;
using Platform.Testing;

namespace Platform.Silo.Tests.Audit;

[Trait("Control", "AL-5")]
public sealed class UnfinishedRequestsTests
{
    private static readonly CancellationToken Cancel = CancellationToken.None;

    [Fact]
    public async Task A_trail_that_takes_nothing_keeps_only_its_own_requests_waiting()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var (stuck, well) = (await cluster.GivenTenantAsync(), await cluster.GivenTenantAsync());

        // More than one look reads, and older than those of the other.
        await cluster.AuditLog.IntendAsync(stuck, "0", [.. Enumerable.Range(0, 600).Select(_ => Intent(cluster, stuck))], Cancel);
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        await cluster.AuditLog.IntendAsync(well, "0", [Intent(cluster, well)], Cancel);
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        using var requests = new UnfinishedRequests(cluster.AuditLog, new TenantGrains(cluster.Unbound), isAlone: true, lifetime, cluster.Clock, NullLogger<UnfinishedRequests>.Instance);
        cluster.AuditLog.FailAppend(stuck);

        Assert.Equal(1, await requests.SettleAsync(Cancel));
        Assert.All(await cluster.AuditLog.IntentsAsync(cluster.Clock.GetUtcNow(), 1_000, Cancel), left => Assert.Equal(stuck, left.Tenant));
        Assert.Equal(600, await requests.SettleAsync(Cancel));
        Assert.Empty(await cluster.AuditLog.IntentsAsync(cluster.Clock.GetUtcNow(), 1_000, Cancel));
    }

    private static AuditEvent Intent(GrainCluster cluster, TenantId tenant) =>
        new(Guid.CreateVersion7(cluster.Clock.GetUtcNow()), cluster.Clock.GetUtcNow(), System.Text.Encoding.UTF8.GetBytes($$"""{"tenant":"{{tenant}}"}"""));
}
