using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Orleans.Runtime;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Tenants;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.RateLimits;

/// <summary>Two nodes give one quota, and a node that is killed under load neither counts twice nor frees what was used.</summary>
[Trait("Control", "IN-8")]
public sealed class TwoNodesQuotaTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private TwoNodes _nodes = null!;

    public async ValueTask InitializeAsync() => _nodes = await TwoNodes.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _nodes.DisposeAsync();
    }

    [Fact]
    public async Task Usage_after_the_loss_of_the_counting_node_is_what_was_acknowledged_and_a_chunk_at_most()
    {
        var quota = new UsageQuota(2_000, null);
        var tenant = await _nodes.GivenTenantAsync();
        await _nodes.LimitAsync(tenant.Id, new RateLimitPolicy { Quota = quota });
        var before = await SendAsync(tenant, call => call % 2, 600);
        var holder = _nodes.HolderOf("usage-quota", tenant.Id);

        var during = SendAsync(tenant, call => call % 2, 600);
        await _nodes.KillAsync(holder);
        var (acknowledged, sent) = (before + await during, 1_200);
        var used = await UsedAsync(tenant.Id);

        // Whoever got an answer is counted; whatever is counted was sent, or is in a share: the dead node's and the other's.
        Assert.InRange(used, acknowledged, sent + (2 * UsageQuota.LeaseChunk(2_000)));

        for (var rounds = 0; used < 2_000 && rounds < 50; rounds++)
        {
            sent += 500;
            acknowledged += await SendAsync(tenant, _ => 1 - holder, 500);
            used = await UsedAsync(tenant.Id);
        }

        // The quota is used up to the last permit and was never exceeded. What is missing is the dead node's share and what got no answer.
        Assert.Equal(2_000, used);
        Assert.InRange(acknowledged, 2_000 - UsageQuota.LeaseChunk(2_000) - (1_200 - before - await during), 2_000);
        Assert.Equal(0, await SendAsync(tenant, _ => 1 - holder, 50));
    }

    /// <summary>Asks until the cluster has found that a node is lost.</summary>
    private async Task<long> UsedAsync(TenantId tenant)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await _nodes.UsedTodayAsync(tenant);
            }
            catch (Exception lost) when (lost is SiloUnavailableException or OrleansMessageRejectionException && tries < 100)
            {
                await Task.Delay(100);
            }
        }
    }

    private async Task<int> SendAsync((TenantId Id, string Slug, string Key) tenant, Func<int, int> node, int calls)
    {
        var served = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, calls), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (call, cancel) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _nodes.Endpoint(node(call), tenant.Slug)) { Content = new StringContent(Wire.Body(), Encoding.UTF8, "application/json") };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tenant.Key);
            request.Headers.Add("Accept", "application/json, text/event-stream");
            request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
            request.Headers.Add("Mcp-Method", "tools/list");
            try
            {
                using var response = await _http.SendAsync(request, cancel);
                Interlocked.Add(ref served, response.StatusCode == HttpStatusCode.OK ? 1 : 0);
            }
            catch (HttpRequestException)
            {
                // The node died under it.
            }
        });
        return served;
    }
}
