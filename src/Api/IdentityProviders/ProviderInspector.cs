using System.Collections.Concurrent;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Authentication.Tokens;
using Platform.Api.Outbound;
using Platform.Api.Sessions.Oidc;

namespace Platform.Api.IdentityProviders;

/// <summary>
/// Reads what a provider publishes, before it is believed or when somebody asks. Whatever keeps a document from being fetched reads the same: what is open, closed or slow behind a name is told to
/// nobody. One tenant asks one thing at a time on this node, so that none takes what sign-ins of others need.
/// </summary>
internal sealed class ProviderInspector(DocumentFetcher fetcher, OutboundPolicy policy, TimeProvider clock)
{
    private const string Keys = "keys";

    private readonly ConcurrentDictionary<TenantId, byte> _busy = new();

    /// <summary>Null when there is a discovery document of this issuer that leads where it may. One request goes out.</summary>
    public async Task<Problem?> RefuseAsync(TenantId tenant, string issuer, bool signIn, CancellationToken cancel) =>
        (await OneAtATimeAsync(tenant, async () => (await DiscoveryAsync(issuer, signIn, cancel)).Steps)).Try(out var steps, out var busy)
            ? Array.Find(steps, step => !step.Passed) is { Fault: { } fault } ? new Problem(ProblemCode.UpstreamFailed, fault) : null
            : busy;

    /// <summary>Every step, the keys too: two requests go out.</summary>
    public Task<Result<ProviderCheck>> CheckAsync(TenantId tenant, IdentityProvider provider, CancellationToken cancel) => OneAtATimeAsync(tenant, async () =>
    {
        var at = clock.GetUtcNow();
        var (steps, keySet) = await DiscoveryAsync(provider.Issuer, provider.SignIn is not null, cancel);
        ProviderCheckStep[] all = [.. steps.Where(step => step.Name != Keys || keySet is null), .. keySet is null ? [] : new[] { new ProviderCheckStep(Keys, await KeysAsync(keySet, provider, cancel)) }];
        return new ProviderCheck(at, Array.TrueForAll(all, step => step.Passed), all);
    });

    private async Task<(ProviderCheckStep[] Steps, Uri? KeySet)> DiscoveryAsync(string issuer, bool signIn, CancellationToken cancel)
    {
        if (!(await fetcher.GetAsync(ProviderDocuments.DiscoveryOf(issuer), cancel)).Try(out var document, out var refused))
        {
            return ([new ProviderCheckStep("discovery", $"Discovery at {ProviderDocuments.DiscoveryOf(issuer)}: {refused.Detail}")], null);
        }

        var json = document.Body;
        if (!ProviderDocuments.IsOf(json.Span, issuer))
        {
            return ([new ProviderCheckStep("discovery", ProviderDocuments.IsNearly(json.Span, issuer)
                ? "The discovery document writes the issuer with, or without, a slash at the end. Write it exactly as the provider does."
                : "What is published there is no discovery document of exactly this issuer.")], null);
        }

        var steps = new List<ProviderCheckStep> { new("discovery", null) };
        if (signIn)
        {
            steps.Add(new ProviderCheckStep("signIn", ProviderEndpoints.Read(json, issuer, policy) is null ? "authorization_endpoint and token_endpoint of the discovery document must both be there, and https." : null));
        }

        var keySet = ProviderDocuments.KeySetUri(json, issuer) is { } uri && policy.Allows(uri) ? uri : null;
        steps.Add(new ProviderCheckStep(Keys, keySet is null ? "jwks_uri of the discovery document must be there, and https." : null));
        return ([.. steps], keySet);
    }

    private async Task<string?> KeysAsync(Uri keySet, IdentityProvider provider, CancellationToken cancel) =>
        !(await fetcher.GetAsync(keySet, cancel)).Try(out var set, out var refused) ? $"The keys: {refused.Detail}"
            : ProviderDocuments.Keys(set.Body, provider) is not { } keys ? "What is published at jwks_uri is no set of keys, each with a name of its own."
            : keys.Count == 0 ? $"There is no key with a kid that verifies {string.Join(", ", provider.Algorithms)}."
            : null;

    private async Task<Result<T>> OneAtATimeAsync<T>(TenantId tenant, Func<Task<T>> ask)
    {
        if (!_busy.TryAdd(tenant, 0))
        {
            return new Problem(ProblemCode.RateLimited, "This tenant asks one provider at a time; wait until that is over.") { RetryAfter = TimeSpan.FromSeconds(1) };
        }

        try
        {
            return await ask();
        }
        finally
        {
            _busy.TryRemove(tenant, out _);
        }
    }
}
