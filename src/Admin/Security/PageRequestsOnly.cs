using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace Platform.Admin.Security;

/// <summary>On an endpoint: it matches only what a browser's address bar asks for.</summary>
internal sealed class PageRequestsOnly;

internal sealed class PageRequestsOnlyPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    public override int Order => 1000;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(Has);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i) && Has(candidates[i].Endpoint) && !ConsoleNotFound.IsPageRequest(httpContext.Request))
            {
                candidates.SetValidity(i, value: false);
            }
        }

        return Task.CompletedTask;
    }

    private static bool Has(Endpoint endpoint) => endpoint.Metadata.GetMetadata<PageRequestsOnly>() is not null;
}
