using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Outbound;

/// <summary>Gets a page of a host that a tenant lists. No tenant takes what the others need, and none of what identity providers and clients are asked with.</summary>
internal sealed class ResourceFetcher(OutboundPolicy policy, TimeProvider clock, ILogger<ResourceFetcher> logger) : IDisposable
{
    /// <summary>Fetches of one tenant at a time on this node.</summary>
    public const int PerTenant = 4;

    private const int Concurrency = 32;

    private readonly GuardedClient _client = new(policy, Concurrency, clock, logger);
    private readonly ConcurrentDictionary<TenantId, int> _open = new();

    /// <summary>The answer, whatever its status; the type of a 200 is one of those that were asked for.</summary>
    /// <param name="tenant">For whom.</param>
    /// <param name="url">Absolute, https, without user or fragment.</param>
    /// <param name="types">Media types that are taken, in lower case.</param>
    /// <param name="maxBytes">Largest body.</param>
    /// <param name="cancel">Gives up sooner.</param>
    public async ValueTask<Result<OutboundAnswer>> GetAsync(TenantId tenant, Uri url, IReadOnlyList<string> types, int maxBytes, CancellationToken cancel)
    {
        if (_open.AddOrUpdate(tenant, 1, static (_, count) => count + 1) > PerTenant)
        {
            Leave(tenant);
            return new Problem(ProblemCode.RateLimited, $"This tenant reads {PerTenant} pages at a time; wait until one of them is over.") { RetryAfter = TimeSpan.FromSeconds(1) };
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            foreach (var type in types)
            {
                request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
            }

            request.Headers.AcceptEncoding.ParseAdd("identity");
            request.Headers.UserAgent.ParseAdd("MoCoPr");
            return await _client.SendAsync(request, maxBytes, cancel) is not { } answer ? Refused(maxBytes)
                : answer.Status != HttpStatusCode.OK || types.Contains(answer.Type?.MediaType, StringComparer.OrdinalIgnoreCase) ? answer
                : new Problem(ProblemCode.UpstreamFailed, "The host answered with a media type that this tenant does not take from it.");
        }
        finally
        {
            Leave(tenant);
        }
    }

    public void Dispose() => _client.Dispose();

    // One text for all: what is open, closed or slow behind a name is nobody's business.
    private Problem Refused(int maxBytes) => new(
        ProblemCode.UpstreamFailed, $"The page could not be read: it must be served over https from a public address, without redirects or compression, within {maxBytes} bytes and {_client.Patience.TotalSeconds:0.#} s.");

    private void Leave(TenantId tenant)
    {
        if (_open.AddOrUpdate(tenant, 0, static (_, count) => count - 1) <= 0)
        {
            _open.TryRemove(KeyValuePair.Create(tenant, 0));
        }
    }
}
