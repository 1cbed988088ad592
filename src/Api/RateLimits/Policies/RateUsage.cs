using System.Net;
using Platform.Abstractions.Keys;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.RateLimits.Policies;

/// <summary>Whose buckets are asked for beside the tenant's own; all may be null.</summary>
/// <param name="Key">Id of an API key.</param>
/// <param name="Principal">Id of a principal, for its access tokens.</param>
/// <param name="Address">Of a client.</param>
internal readonly record struct RateSubjects(string? Key, string? Principal, string? Address);

/// <summary>Reads how full buckets are, and takes nothing from them.</summary>
internal sealed class RateUsage(RateGate gate, RatePolicies policies, TenantGrains grains)
{
    public async Task<Result<RateLimitLevel[]>> ReadAsync(TenantId tenant, RateSubjects subjects)
    {
        if (!(await RatesAsync(tenant, subjects)).Try(out var rates, out var refused))
        {
            return refused;
        }

        if (subjects.Address is { } text && !IPAddress.TryParse(text, out _))
        {
            return Problem.Invalid([new FieldError("address", "Write an IPv4 or IPv6 address.")]);
        }

        // Whoever names no credential is told of the buckets that all have in common.
        var policy = await policies.OfAsync(tenant);
        var everybody = rates is null;
        var chain = await (rates ?? new CallerRates(gate, policies, tenant, "", "none", RateLimitRule.Default, CredentialLimit.Default)).ForCallsAsync(subjects.Address);
        var buckets = chain.Buckets
            .Where(bucket => !(everybody && (bucket.Dimension == RateDimension.Key || bucket.Dimension == RateDimension.Principal)))
            .Where(bucket => subjects.Address is not null || bucket.Dimension != RateDimension.Address);
        return await Task.WhenAll(buckets.Concat(policy.Priced).Select(LevelAsync));
    }

    private static async Task<RateLimitLevel> LevelAsync(LeasedBucket bucket) =>
        new(bucket.Dimension.Name, bucket.Name, bucket.Rule.PermitsPerMinute, bucket.Rule.Burst, await bucket.LevelAsync());

    /// <summary>Those of the credential that is asked for; null when none is.</summary>
    private async Task<Result<CallerRates?>> RatesAsync(TenantId tenant, RateSubjects subjects)
    {
        if (subjects is { Key: not null, Principal: not null })
        {
            return Problem.Invalid([new FieldError("principal", "Ask for a key or for a principal, not both.")]);
        }

        if (subjects is { Key: null, Principal: null })
        {
            return default(CallerRates);
        }

        var own = grains.For(tenant);
        if (!(await own.The<ITenantGrain>().GetAsync()).Try(out var view, out var missing))
        {
            return missing;
        }

        if (subjects.Key is { } id)
        {
            // An id that does not exist must not activate a grain.
            return (await own.The<IKeyIndexGrain>().IdsAsync()).Contains(id, StringComparer.Ordinal) && (await own.Get<IKeyGrain>(id).GetAsync()).Try(out var key, out _)
                ? new CallerRates(gate, policies, tenant, key.Principal, $"key/{key.Id}", key.RateLimit ?? view.RateLimit, key.RateLimit is null ? CredentialLimit.Default : CredentialLimit.Own)
                : Problem.NotFound("key");
        }

        return PrincipalId.IsValid(subjects.Principal!) && await own.The<IPrincipalIndexGrain>().ExistsAsync(subjects.Principal!)
            ? new CallerRates(gate, policies, tenant, subjects.Principal!, $"tokens/{subjects.Principal}", view.RateLimit, CredentialLimit.Default)
            : Problem.NotFound("principal");
    }
}
