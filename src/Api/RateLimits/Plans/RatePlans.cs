using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using Platform.Abstractions.RateLimits.Plans;
using Platform.Abstractions.Tenancy;

namespace Platform.Api.RateLimits.Plans;

/// <summary>
/// The platform's plans, kept for as long as a verdict may live and dropped when a change is pushed. From half of that life on they are asked for again in the background, so that
/// the loss of the one silo that has them is not felt by every tenant. Plans that are too old and cannot be asked for admit nobody.
/// </summary>
internal sealed class RatePlans(TenantGrains grains, IOptions<ApiOptions> options, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly TimeSpan _life = options.Value.VerdictLife;
    private volatile Held _held = new(PlanTable.Empty, Asked: 0, Epoch: -1);
    private Task<PlanTable>? _asking;
    private long _askingEpoch;
    private long _epoch;

    /// <summary>What is held, when it is young enough. Asks nobody, or does not wait for the answer.</summary>
    public bool TryGet([NotNullWhen(true)] out PlanTable? plans)
    {
        var held = _held;
        var age = clock.GetElapsedTime(held.Asked);
        if (held.Epoch != Interlocked.Read(ref _epoch) || age >= _life)
        {
            plans = null;
            return false;
        }

        if (age >= _life / 2)
        {
            _ = AskAsync();
        }

        plans = held.Plans;
        return true;
    }

    public ValueTask<PlanTable> GetAsync() => TryGet(out var plans) ? ValueTask.FromResult(plans) : new ValueTask<PlanTable>(AskAsync());

    /// <summary>What is held is asked for again before it is used.</summary>
    public void Drop() => Interlocked.Increment(ref _epoch);

    /// <summary>One question at a time, shared by all who ask meanwhile.</summary>
    private Task<PlanTable> AskAsync()
    {
        lock (_lock)
        {
            var epoch = Interlocked.Read(ref _epoch);
            if (_asking is null or { IsCompleted: true } || _askingEpoch != epoch)
            {
                (_asking, _askingEpoch) = (RefreshAsync(epoch), epoch);
            }

            return _asking;
        }
    }

    // The epoch is the one before the question: plans that were under way when a change was pushed are used once and not kept.
    private async Task<PlanTable> RefreshAsync(long epoch)
    {
        var asked = clock.GetTimestamp();
        var before = _held.Plans;
        var table = await grains.Platform.The<IRateLimitPlanBookGrain>().SinceAsync(before.Version);
        var plans = table is null ? before : new PlanTable(table);
        _held = new Held(plans, asked, epoch);
        return plans;
    }

    private sealed record Held(PlanTable Plans, long Asked, long Epoch);
}
