using Platform.Abstractions.Alerts;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Alerts.Signals;

/// <summary>What one tenant's grain has not been told yet. A batch keeps its number until it was taken; what comes meanwhile goes into the next.</summary>
internal sealed class SignalChannel(TenantId tenant, Guid node, TenantGrains grains, TimeProvider clock)
{
    /// <summary>Older seconds are in no window any more.</summary>
    private const int MaxSeconds = AlertRules.MaxWindowSeconds;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SortedDictionary<long, SecondTotals> _next = [];
    private KeyValuePair<long, SecondTotals>[] _batch = [];
    private long _sequence;
    private int _memory;

    /// <summary>The sending under way, or the last one.</summary>
    public Task Sending { get; private set; } = Task.CompletedTask;

    public void Add(IEnumerable<KeyValuePair<long, SecondTotals>> seconds, int memoryPercent = 0)
    {
        foreach (var (second, totals) in seconds)
        {
            _next[second] = _next.TryGetValue(second, out var before) ? before + totals : totals;
        }

        while (_next.Count > MaxSeconds)
        {
            _next.Remove(_next.First().Key);
        }

        _memory = memoryPercent;
    }

    /// <summary>Sends what there is, unless a sending is under way. Called by one at a time.</summary>
    public void Send()
    {
        if (!Sending.IsCompleted)
        {
            return;
        }

        if (_batch.Length == 0)
        {
            if (_next.Count == 0 && _memory == 0)
            {
                return;
            }

            (_batch, _sequence) = ([.. _next], _sequence + 1);
            _next.Clear();
        }

        Sending = SendAsync();
    }

    private async Task SendAsync()
    {
        var now = clock.GetTimestamp() * 1000.0 / clock.TimestampFrequency;
        var batch = new SignalBatch(node, _sequence, Array.ConvertAll(_batch, pair => Second(pair, now)), _memory);
        await grains.For(tenant).The<IAlertRuleGrain>().ReportAsync(batch).WaitAsync(Patience, clock);
        _batch = [];
    }

    // The middle of the second: a moment between here and the grain moves it into no other.
    private static SignalSecond Second(KeyValuePair<long, SecondTotals> pair, double now) => new()
    {
        AgeMilliseconds = (int)Math.Clamp(now - (pair.Key * 1000.0) - 500, 0, int.MaxValue),
        AuthFailures = pair.Value.AuthFailures,
        RateLimitViolations = pair.Value.RateLimited,
        Requests = pair.Value.Requests,
        Errors = pair.Value.Errors,
        Latency = pair.Value.Latency,
        Size = pair.Value.Size,
    };
}
