using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Platform.Abstractions.ClientCertificates;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Authentication;
using Platform.Api.RateLimits;
using Platform.Hosting.Listeners;

namespace Platform.Api.ClientCertificates;

/// <summary>
/// Who presented a client certificate, in the eyes of one tenant. Verdicts are kept by thumbprint, those that refuse too: a stranger's certificate costs its
/// judgement once in a few seconds.
/// </summary>
internal sealed class CertificateCallers(
    CertificateTrustCache trusts,
    TenantGrains grains,
    PermissionSets permissions,
    RateGate rates,
    RatePolicies limits,
    IOptions<ApiOptions> options,
    TimeProvider clock)
{
    private const int MaxEntries = 20_000;

    private readonly ConcurrentDictionary<(TenantId Tenant, string Thumbprint), Verdict> _verdicts = new();
    private readonly TimeSpan _life = options.Value.VerdictLife;
    private long _epoch;

    /// <summary>The principal that the tenant takes it for, or <c>unauthenticated</c> for every reason there may be.</summary>
    public ValueTask<Result<AuthenticatedCaller>> AuthenticateAsync(TenantId tenant, PresentedCertificate presented) =>
        _verdicts.TryGetValue((tenant, presented.Thumbprint), out var verdict) && clock.GetElapsedTime(verdict.Asked) < _life
            ? ValueTask.FromResult(verdict.At(clock.GetUtcNow()))
            : AskAsync(tenant, presented);

    /// <summary>Forgets what was judged for a tenant, and what it was judged by.</summary>
    public void DropTenant(TenantId tenant)
    {
        Interlocked.Increment(ref _epoch);
        trusts.Drop(tenant);
        foreach (var entry in _verdicts)
        {
            if (entry.Key.Tenant == tenant)
            {
                _verdicts.TryRemove(entry.Key, out _);
            }
        }
    }

    private async ValueTask<Result<AuthenticatedCaller>> AskAsync(TenantId tenant, PresentedCertificate presented)
    {
        var epoch = Interlocked.Read(ref _epoch);
        var known = await trusts.AskAsync(tenant);
        var found = CertificateJudge.Judge(presented, known.Trust, clock.GetUtcNow());
        var caller = found is null ? null : await CallerAsync(tenant, found, known.Asked);

        // Its age counts from the question about what it was judged by: two lives must not add up.
        var verdict = new Verdict(caller, known.Asked);
        if (epoch == Interlocked.Read(ref _epoch))
        {
            if (_verdicts.Count >= MaxEntries)
            {
                _verdicts.Clear();
            }

            _verdicts[(tenant, presented.Thumbprint)] = verdict;
        }

        return verdict.At(clock.GetUtcNow());
    }

    private async ValueTask<AuthenticatedCaller?> CallerAsync(TenantId tenant, CertificateFinding found, long asked)
    {
        if (!(await grains.For(tenant).The<IClientCertificatesGrain>().VerdictAsync(found.Registration)).Try(out var verdict, out _))
        {
            return null;
        }

        return new AuthenticatedCaller
        {
            Caller = new Caller(verdict.Tenant, verdict.Principal, verdict.Registration),
            Policy = permissions.PolicyOf(verdict.Rules),
            Trust = TrustLevel.High,
            Rates = new CallerRates(rates, limits, verdict.Tenant, verdict.Principal, $"certificate/{verdict.Registration}", verdict.RateLimit, CredentialLimit.Default),
            ExpiresAt = found.Until,
            Fetched = asked,
        };
    }

    private sealed record Verdict(AuthenticatedCaller? Caller, long Asked)
    {
        public Result<AuthenticatedCaller> At(DateTimeOffset now) => Caller is null || Caller.ExpiresAt <= now ? Problem.Unauthenticated() : Caller;
    }
}
