using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Tenants;

/// <summary>
/// Pages of tenants by slug. What a tenant is like is known by itself alone, so a search asks one after the other; it asks a bounded number and answers a page that may be short, or empty, with the
/// token to go on from (AIP-158).
/// </summary>
internal static class TenantSearch
{
    /// <summary>Tenants that are asked for one page of a search.</summary>
    public const int MostAsked = 1_000;

    /// <summary>As many are asked at once.</summary>
    private const int Round = 50;

    /// <summary>Up to so many that are wanted, and the slug to go on from; null on the last page.</summary>
    public static async Task<(List<TenantView> Found, string? Next)> PageAsync(TenantQuery query, string? after, int count, TenantGrains grains)
    {
        var atOnce = query.WantsAll ? count : Round;
        var found = new List<TenantView>();
        for (var asked = 0; ;)
        {
            // One more tells whether there are more. Taken anew each round: a call goes out as the tenant that was named last.
            var entries = await grains.Platform.Get<ITenantListGrain>("list").PageAsync(after, atOnce + 1);
            var isLast = entries.Length <= atOnce;
            var answers = await Task.WhenAll(entries.Take(atOnce).Select(entry => grains.For(entry.Id).The<ITenantGrain>().GetAsync()));
            for (var i = 0; i < answers.Length; i++)
            {
                after = entries[i].Slug;
                if (answers[i].Try(out var tenant, out _) && query.Wants(tenant))
                {
                    found.Add(tenant);
                    if (found.Count == count)
                    {
                        return (found, isLast && i == answers.Length - 1 ? null : after);
                    }
                }
            }

            asked += answers.Length;
            if (isLast || asked >= MostAsked)
            {
                return (found, isLast ? null : after);
            }
        }
    }
}
