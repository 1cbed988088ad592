using Platform.Abstractions.RateLimits;
using Platform.Abstractions.RateLimits.Quotas;
using Platform.Grains.Storage;

namespace Platform.Grains.RateLimits.Quotas;

/// <summary>Writes before it answers. A second activation, after a silo was thought dead, cannot count beside the first: one of them fails on the row's version.</summary>
[GrainType("usage-quota")]
internal sealed class UsageQuotaGrain([PersistentState("usage")] IPersistentState<UsageQuotaState> state, TimeProvider clock) : Grain, IUsageQuotaGrain
{
    public async Task<QuotaLease> LeaseAsync(UsageQuota quota, QuotaLeaseRequest request)
    {
        var (next, lease) = UsageLedger.Lease(state.State, quota, request, clock.GetUtcNow());
        await KeepAsync(next);
        return lease;
    }

    public Task ReturnAsync(DateOnly day, int unused) => KeepAsync(UsageLedger.Return(state.State, day, unused));

    public Task<UsageReport> ReportAsync() => Task.FromResult(UsageLedger.Report(state.State, clock.GetUtcNow()));

    // A refusal changes nothing and costs no write.
    private Task KeepAsync(UsageQuotaState next) => ReferenceEquals(next, state.State) ? Task.CompletedTask : state.SaveAsync(next);
}
