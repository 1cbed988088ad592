using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Tenants;

namespace Platform.Api.RateLimits;

/// <summary>Where the limit of a credential comes from.</summary>
internal enum CredentialLimit
{
    /// <summary>The tenant's default: its policy, or its plan, may put another in its place.</summary>
    Default = 0,

    /// <summary>It is the credential's own: the policy does not replace it, and the plan bounds it.</summary>
    Own = 1,

    /// <summary>The platform's, for people at the console.</summary>
    Platform = 2,
}

/// <summary>Which limits concern the requests of one verified credential.</summary>
/// <param name="gate">Where buckets are.</param>
/// <param name="policies">What the tenant says.</param>
/// <param name="tenant">Of the credential.</param>
/// <param name="principal">Whose credential it is.</param>
/// <param name="subject">The credential's own bucket.</param>
/// <param name="rule">The credential's own limit, or the tenant's default.</param>
/// <param name="origin">What may change it.</param>
internal sealed class CallerRates(RateGate gate, RatePolicies policies, TenantId tenant, string principal, string subject, RateLimitRule rule, CredentialLimit origin)
{
    /// <summary>However low a tenant's limits are, its admins can still come and change them.</summary>
    private static readonly RateLimitRule Repair = new(60, 30);

    private RateChain? _calls;
    private RateChain? _manages;

    /// <summary>For MCP.</summary>
    /// <param name="address">The client's, as the trail has it.</param>
    public async ValueTask<RateChain> ForCallsAsync(string? address) => Chain(ref _calls, await policies.OfAsync(tenant), address, manages: false);

    /// <summary>For the management API: buckets of its own, so that a flood of calls does not keep those away who can stop it.</summary>
    public async ValueTask<RateChain> ForManagementAsync(string? address) => Chain(ref _manages, await policies.OfAsync(tenant), address, manages: true);

    private RateChain Chain(ref RateChain? last, RatePolicy policy, string? address, bool manages)
    {
        var ofAddress = policy.Policy.Address is { } byAddress ? gate.Bucket(tenant, ClientNetwork.Of(address), manages, Eased(byAddress)) : null;
        var chain = Volatile.Read(ref last);
        if (chain is not null && ReferenceEquals(chain.Policy, policy) && ReferenceEquals(chain.Address, ofAddress))
        {
            return chain;
        }

        var place = manages ? "management/" : "";
        var buckets = new List<LeasedBucket>(4) { gate.Bucket(tenant, subject, RateDimension.Key, OfCredential(policy)) };
        if (policy.Policy.Principal is { } byPrincipal)
        {
            buckets.Add(gate.Bucket(tenant, $"{place}principal/{principal}", RateDimension.Principal, Eased(byPrincipal)));
        }

        if (ofAddress is not null)
        {
            buckets.Add(ofAddress);
        }

        if (policy.Policy.Tenant is { } whole)
        {
            buckets.Add(gate.Bucket(tenant, $"{place}tenant", RateDimension.Tenant, Eased(whole)));
        }

        chain = new RateChain(policy, ofAddress, [.. buckets], manages ? null : policy.Quota);
        Volatile.Write(ref last, chain);
        return chain;

        RateLimitRule OfCredential(RatePolicy inForce) => origin switch
        {
            CredentialLimit.Platform => rule,
            CredentialLimit.Own when inForce.KeyCeiling is { } ceiling => rule.Within(Eased(ceiling)),
            CredentialLimit.Own => rule,
            _ => inForce.Policy.Key ?? rule,
        };

        RateLimitRule Eased(RateLimitRule given) =>
            manages ? new RateLimitRule(Math.Max(given.PermitsPerMinute, Repair.PermitsPerMinute), Math.Max(given.Burst, Repair.Burst)) : given;
    }
}
