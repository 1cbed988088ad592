using Microsoft.Extensions.Time.Testing;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Api.Alerts.Signals;

namespace Platform.Api.Tests.Alerts;

[Trait("Control", "AL-6")]
public sealed class SignalCountersTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly TenantId _tenant = TenantId.New();
    private readonly SignalCounters _counters;

    public SignalCountersTests() => _counters = new SignalCounters(_clock);

    [Fact]
    public async Task Nothing_is_lost_or_counted_twice_while_many_count_and_one_takes()
    {
        const int Each = 50_000;
        var (taken, done) = (0, false);
        var taker = Task.Run(() =>
        {
            while (!Volatile.Read(ref done))
            {
                taken += Failures();
                _clock.Advance(TimeSpan.FromMilliseconds(400));
            }
        });

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                _counters.Add(_tenant, OutcomeSignals.AuthFailure, 10, 0);
            }
        })));
        Volatile.Write(ref done, true);
        await taker;

        Assert.Equal(4 * Each, taken + Failures());
    }

    [Fact]
    public void What_nobody_takes_for_long_keeps_its_second()
    {
        for (var second = 0; second < 10; second++)
        {
            _counters.Add(_tenant, OutcomeSignals.RateLimited, 10, 0);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        var seconds = Assert.Single(_counters.Take()).Seconds;
        Assert.Equal(10, seconds.Select(pair => pair.Key).Distinct().Count());
        Assert.All(seconds, pair => Assert.Equal(1, pair.Value.RateLimited));
    }

    [Fact]
    public void Only_admitted_requests_are_measured()
    {
        _counters.Add(_tenant, OutcomeSignals.AuthFailure, 1_000_000, 5_000);
        _counters.Add(_tenant, OutcomeSignals.Request | OutcomeSignals.Error, 1_000, 500);

        var totals = Assert.Single(Assert.Single(_counters.Take()).Seconds).Value;
        Assert.Equal((1, 1, 1, 2, 2), (totals.AuthFailures, totals.Requests, totals.Errors, totals.Latency.Length, totals.Size.Length));
        Assert.Empty(_counters.Take());
    }

    [Fact, Trait("Control", "AL-7")]
    public void Of_what_was_too_large_the_size_counts_and_nothing_else()
    {
        _counters.Add(_tenant, OutcomeSignals.TooLarge, 1_000, 4L << 40);
        _counters.Add(_tenant, OutcomeSignals.TooLarge | OutcomeSignals.Request, 1_000, 2 << 20);

        var totals = Assert.Single(Assert.Single(_counters.Take()).Seconds).Value;
        Assert.Equal((0, 1, 0, 2, 4), (totals.AuthFailures, totals.Requests, totals.Errors, totals.Latency.Length, totals.Size.Length));
    }

    [Fact, Trait("Control", "AL-7")]
    public void Counting_a_request_takes_no_memory()
    {
        const OutcomeSignals All = OutcomeSignals.AuthFailure | OutcomeSignals.RateLimited | OutcomeSignals.Error | OutcomeSignals.Request;
        _counters.Add(_tenant, All, 10, 10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            _counters.Add(_tenant, All, 100 * i, i);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(ProblemCode.Unauthenticated, OutcomeSignals.AuthFailure)]
    [InlineData(ProblemCode.RateLimited, OutcomeSignals.RateLimited)]
    [InlineData(ProblemCode.Internal, OutcomeSignals.Error)]
    [InlineData(ProblemCode.UpstreamFailed, OutcomeSignals.Error)]
    [InlineData(ProblemCode.Timeout, OutcomeSignals.Error)]
    [InlineData(ProblemCode.PermissionDenied, OutcomeSignals.None)]
    [InlineData(ProblemCode.InvalidParams, OutcomeSignals.None)]
    [InlineData(ProblemCode.QuotaExceeded, OutcomeSignals.None)]
    internal void An_outcome_counts_as_what_it_is(ProblemCode code, OutcomeSignals signals) => Assert.Equal(signals, OutcomeSignal.Of(code));

    private int Failures() => _counters.Take().SelectMany(tenant => tenant.Seconds).Sum(pair => pair.Value.AuthFailures);
}
