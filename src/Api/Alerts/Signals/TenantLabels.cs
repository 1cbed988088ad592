using Platform.Abstractions.Tenants;

namespace Platform.Api.Alerts.Signals;

/// <summary>
/// Which tenants have a label of their own in metrics (AL-7). A label that was given is kept while the process lives, so the number of series has a bound and what a series means never changes.
/// The first half of the labels goes to whoever is served; the rest has to be earned, so that a crowd of tenants that hardly do anything leaves room for those that do. Called by one at a time.
/// </summary>
internal sealed class TenantLabels(int most)
{
    /// <summary>Of all tenants without a label of their own.</summary>
    public const string Others = "other";

    /// <summary>Of what belongs to no tenant: made-up names of tenants and hosts are counted here and never become a label.</summary>
    public const string Platform = "platform";

    /// <summary>Admitted requests within a minute that earn a label when labels are scarce.</summary>
    public const int Earned = 20;

    private const int MostCandidates = 1_000;

    private readonly Dictionary<TenantId, string> _labels = [];
    private readonly Dictionary<TenantId, int> _candidates = [];
    private long _minute;

    /// <param name="tenant">A tenant there is, or the platform.</param>
    /// <param name="admitted">Requests of it that had a valid credential: who is only refused earns nothing.</param>
    /// <param name="second">Of any clock that goes on.</param>
    public string Of(TenantId tenant, int admitted, long second)
    {
        if (tenant == TenantId.Platform)
        {
            return Platform;
        }

        if (_labels.TryGetValue(tenant, out var label))
        {
            return label;
        }

        return _labels.Count < most && admitted > 0 && (_labels.Count < most / 2 || HasEarned(tenant, admitted, second / 60))
            ? _labels[tenant] = tenant.ToString()
            : Others;
    }

    private bool HasEarned(TenantId tenant, int admitted, long minute)
    {
        if (_minute != minute)
        {
            _candidates.Clear();
            _minute = minute;
        }

        var sum = _candidates.GetValueOrDefault(tenant) + admitted;
        if (sum < Earned && (_candidates.Count < MostCandidates || _candidates.ContainsKey(tenant)))
        {
            _candidates[tenant] = sum;
        }

        return sum >= Earned;
    }
}
