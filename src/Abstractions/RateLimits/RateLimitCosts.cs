using Platform.Abstractions.Problems;

namespace Platform.Abstractions.RateLimits;

/// <summary>A cost is taken whole: above the burst of one of its buckets, or above a quota, it can never be paid.</summary>
public static class RateLimitCosts
{
    /// <summary>Costs that nobody could ever pay, whatever key they have.</summary>
    public static IReadOnlyList<FieldError> Unpayable(RateLimitPolicy policy) =>
        Above(policy, [
            ("burst of 'principal'", policy.Principal?.Burst), ("burst of 'address'", policy.Address?.Burst), ("burst of 'tenant'", policy.Tenant?.Burst),
            ("quota of a day", policy.Quota?.PerDay), ("quota of a month", policy.Quota?.PerMonth)], "so nobody could ever pay it");

    /// <summary>Costs that callers without a limit of their own could never pay.</summary>
    /// <param name="policy">In force.</param>
    /// <param name="key">What such callers have.</param>
    public static IReadOnlyList<FieldError> UnpayableByDefault(RateLimitPolicy policy, RateLimitRule key) =>
        Above(policy, [("burst of 'key'", key.Burst)], "so only keys with a higher limit of their own can pay it");

    private static List<FieldError> Above(RateLimitPolicy policy, (string Name, long? Most)[] buckets, string consequence)
    {
        var errors = new List<FieldError>();
        foreach (var (kind, limits) in new[] { ("methods", policy.Methods), ("tools", policy.Tools) })
        {
            foreach (var (name, limit) in limits)
            {
                var (bucket, most) = Array.Find(buckets, bucket => bucket.Most < limit.Cost);
                if (most is not null)
                {
                    errors.Add(new FieldError($"{kind}.{name}.cost", $"The {bucket} is {most}, {consequence}."));
                }
            }
        }

        return errors;
    }
}
