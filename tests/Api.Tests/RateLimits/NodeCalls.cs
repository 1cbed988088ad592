using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using Platform.Abstractions.Tenants;
using Platform.Api.Tests.Support;
using Platform.Testing;

namespace Platform.Api.Tests.RateLimits;

/// <summary>The calls of one tenant's client, spread over so many nodes in turn; at most 16 at a time.</summary>
internal sealed class NodeCalls(TwoNodes nodes, (TenantId Id, string Slug, string Key) tenant, int over) : IDisposable
{
    private const int AtATime = 16;
    private readonly HttpClient _http = new();

    /// <summary>How many calls got which status; 0 where the connection broke.</summary>
    public Task<Dictionary<int, int>> SendAsync(int calls) => SendAsync(calls, call => call % over);

    public async Task<Dictionary<int, int>> SendAsync(int calls, Func<int, int> node)
    {
        var statuses = new ConcurrentDictionary<int, int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, calls), new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (call, cancel) =>
            statuses.AddOrUpdate(await StatusAsync(node(call), cancel), 1, (_, count) => count + 1));
        return new Dictionary<int, int>(statuses);
    }

    public void Dispose() => _http.Dispose();

    private async Task<int> StatusAsync(int node, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, nodes.Endpoint(node, tenant.Slug)) { Content = new StringContent(Wire.Body(), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tenant.Key);
        request.Headers.Add("Accept", "application/json, text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", "tools/list");
        try
        {
            using var response = await _http.SendAsync(request, cancel);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }
}
