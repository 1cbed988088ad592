using Orleans.Runtime;
using Platform.Abstractions.Alerts;
using Platform.Grains.Storage;

namespace Platform.Grains.Alerts;

/// <summary>
/// What a tenant's nodes counted in the last minutes: in memory, on disk, and on its way into the history. Belongs to one activation; a write that fails is thrown, and the activation ends.
/// </summary>
internal sealed class SignalLedger(IPersistentState<AlertWindowState> counts, IPersistentState<AlertLevelState> levels, Func<SignalStretch, Task<bool>> send)
{
    /// <summary>Requests that went well are written so often; everything that matters at once.</summary>
    private const long WriteEverySeconds = 10;

    private static readonly long StoreEverySeconds = (long)MetricRules.StoredWithin.TotalSeconds;

    private NodeSequences _nodes = new([]);
    private long _written;
    private bool _unwritten;
    private long _dirtyFrom = long.MaxValue;
    private long _dirtyTo;
    private long _cutAt;
    private SignalStretch? _leaving;
    private Task _storing = Task.CompletedTask;

    public AlertWindow Window { get; } = new();

    /// <summary>True when everything is in the history.</summary>
    public bool IsStored => _leaving is null && _dirtyFrom == long.MaxValue;

    public void Load(long now)
    {
        _nodes = new NodeSequences(counts.State.Nodes);
        var kept = counts.State.Seconds;
        for (var i = 0; i + 4 < kept.Length; i += 5)
        {
            Window.Add(kept[i], new SignalCounts(kept[i + 1], kept[i + 2], kept[i + 3], kept[i + 4]));
        }

        Window.Add(SignalSeriesCodec.Read(levels.State.Series));
        if (Window.Newest > 0)
        {
            // Whether the history has it is not known: nothing is lost by putting it there again.
            (_dirtyFrom, _dirtyTo) = (0, Window.Newest);
            Cut(now);
        }
    }

    /// <summary>Adds what a node counted.</summary>
    /// <returns>The earliest second that changed, and whether something did that must not be forgotten; null for a batch that was taken before.</returns>
    public (long Changed, bool Matters)? Take(SignalBatch batch, DateTimeOffset time)
    {
        var now = time.ToUnixTimeSeconds();
        if (!_nodes.Take(batch.Node, batch.Sequence, now))
        {
            return null;
        }

        if (_leaving is null && now - AlertWindow.Kept >= _dirtyFrom)
        {
            // Its place is about to be used again.
            Cut(now);
        }

        var (changed, matters) = (now, false);
        foreach (var second in batch.Seconds.Take(AlertWindow.Kept))
        {
            var at = Math.Min(now, (time - TimeSpan.FromMilliseconds(Math.Max(0, second.AgeMilliseconds))).ToUnixTimeSeconds());
            var counted = new SignalCounts(Positive(second.AuthFailures), Positive(second.RateLimitViolations), Positive(second.Requests), Positive(second.Errors));
            Window.Add(at, second.Latency, second.Size, 0);
            if (Window.Add(at, counted))
            {
                (changed, matters) = (Math.Min(changed, at), matters || counted.Matters);
                Dirty(at);
            }
        }

        if (batch.MemoryPercent > 0)
        {
            Window.Add(now, [], [], batch.MemoryPercent);
            Dirty(now);
        }

        _unwritten |= batch.Seconds.Length > 0;
        return (changed, matters);
    }

    /// <summary>Writes what is due; everything when it matters.</summary>
    public async Task WriteAsync(long now, bool matters)
    {
        var isDue = _unwritten && now - _written >= WriteEverySeconds;
        if (isDue || matters)
        {
            await WriteCountsAsync();
        }

        if (isDue)
        {
            await WriteLevelsAsync(now);
        }
    }

    /// <summary>Sends what is due into the history. Nobody waits for it: it is sent again when it does not get there.</summary>
    public async Task StoreAsync(long now)
    {
        if (!_storing.IsCompleted)
        {
            return;
        }

        if (_leaving is null && _dirtyFrom < long.MaxValue && now - _cutAt >= StoreEverySeconds)
        {
            await SettleAsync(now);
            Cut(now);
        }

        _storing = _leaving is null ? Task.CompletedTask : SendAsync(_leaving);
    }

    /// <summary>Writes all there is, and stores it too, as far as that works.</summary>
    /// <param name="now">In seconds.</param>
    /// <param name="store">False while the process ends: no grain can be reached any more, and what is on disk here is offered to the history by the next activation.</param>
    public async Task CloseAsync(long now, bool store)
    {
        await SettleAsync(now);
        await _storing;
        if (!store)
        {
            return;
        }

        if (_leaving is null && _dirtyFrom < long.MaxValue)
        {
            Cut(now);
        }

        if (_leaving is not null)
        {
            await SendAsync(_leaving);
        }
    }

    /// <summary>What is held here, packed.</summary>
    public SignalStretch Recent(long now)
    {
        var from = FirstHeld(now);
        return new SignalStretch(from, now, SignalSeriesCodec.Write(Window.Cut(from, now)));
    }

    /// <summary>After a failed write nothing of this activation may reach the disk any more.</summary>
    public void GiveUp() => (_unwritten, _dirtyFrom, _leaving) = (false, long.MaxValue, null);

    private static int Positive(int count) => Math.Max(0, count);

    // The beginning of a step: what is not held is not known to be quiet.
    private static long FirstHeld(long now) => (now - AlertWindow.Kept + AlertRules.StepSeconds) / AlertRules.StepSeconds * AlertRules.StepSeconds;

    private void Dirty(long second) => (_dirtyFrom, _dirtyTo) = (Math.Min(_dirtyFrom, second), Math.Max(_dirtyTo, second));

    private void Cut(long now)
    {
        var from = Math.Max(_dirtyFrom / AlertRules.StepSeconds * AlertRules.StepSeconds, FirstHeld(Window.Newest));
        _leaving = new SignalStretch(from, _dirtyTo, SignalSeriesCodec.Write(Window.Cut(from, _dirtyTo)));
        (_dirtyFrom, _cutAt) = (long.MaxValue, now);
    }

    private async Task SendAsync(SignalStretch stretch)
    {
        if (await send(stretch))
        {
            _leaving = null;
        }
    }

    /// <summary>What the history has is on disk here too: a stretch that is stored again after a restart is not less than it was.</summary>
    private async Task SettleAsync(long now)
    {
        if (_unwritten)
        {
            await WriteCountsAsync();
        }

        if (_dirtyFrom < long.MaxValue)
        {
            await WriteLevelsAsync(now);
        }
    }

    private Task WriteCountsAsync() => counts.SaveAsync(new AlertWindowState
    {
        Seconds = [.. Window.All().SelectMany(pair => new[] { pair.Key, pair.Value.AuthFailures, pair.Value.RateLimitViolations, pair.Value.Requests, pair.Value.Errors })],
        Nodes = _nodes.All(),
    });

    private async Task WriteLevelsAsync(long now)
    {
        await levels.SaveAsync(new AlertLevelState { Series = SignalSeriesCodec.Write(new SignalSeries([], Window.Cut(FirstHeld(now), now).Levels)) });
        (_written, _unwritten) = (now, false);
    }
}
