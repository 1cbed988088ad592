using Orleans.Runtime;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenants;
using Platform.Grains.Audit;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Alerts;

/// <summary>
/// Keeps counts and rules of a tenant and lets <see cref="AlertJudge"/> look at them: when counts come, and every second while there is something to look at.
/// A write that fails ends the activation: what is on disk is the truth, and nodes send again what they got no answer for.
/// </summary>
[GrainType("alert-rule")]
internal sealed class AlertRuleGrain(
    [PersistentState("rules")] IPersistentState<AlertRuleState> rules,
    [PersistentState("window")] IPersistentState<AlertWindowState> counts,
    AlertNewsDesk desk,
    TimeProvider clock) : Grain, IAlertRuleGrain
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    /// <summary>Requests that went well are written so often; everything that matters at once.</summary>
    private const long WriteEverySeconds = 10;

    private readonly AlertWindow _window = new();
    private AlertRuleState _book = new();
    private NodeSequences _nodes = new([]);
    private IGrainTimer? _timer;
    private long _judged;
    private long _written;
    private bool _unwritten;

    private bool OfPlatform => Tenant == TenantId.Platform;

    private TenantId Tenant => GrainContext.TenantOf();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _book = rules.State;
        _nodes = new NodeSequences(counts.State.Nodes);
        var kept = counts.State.Seconds;
        for (var i = 0; i + 4 < kept.Length; i += 5)
        {
            _window.Add(kept[i], new SignalCounts(kept[i + 1], kept[i + 2], kept[i + 3], kept[i + 4]));
        }

        // What was judged before a restart is judged again: nothing that fired fires twice, and what had not fired yet does now.
        _judged = Now - AlertWindow.Kept;
        if (_window.Newest > 0 || _book.News.Length > 0 || _book.Status.Values.Any(status => status.Firing > 0))
        {
            await JudgeAsync(_judged);
            KeepLooking();
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_unwritten)
        {
            await WriteCountsAsync();
        }
    }

    public async Task ReportAsync(SignalBatch batch)
    {
        var now = clock.GetUtcNow();
        if (!_nodes.Take(batch.Node, batch.Sequence, Now))
        {
            return;
        }

        var (changed, matters) = (Now, false);
        foreach (var second in batch.Seconds.Take(AlertWindow.Kept))
        {
            var at = Math.Min(Now, (now - TimeSpan.FromMilliseconds(Math.Max(0, second.AgeMilliseconds))).ToUnixTimeSeconds());
            var counted = new SignalCounts(Positive(second.AuthFailures), Positive(second.RateLimitViolations), Positive(second.Requests), Positive(second.Errors));
            _window.Add(at, second.Latency, second.Size, 0);
            if (_window.Add(at, counted))
            {
                (changed, matters) = (Math.Min(changed, at), matters || counted.Matters);
            }
        }

        _window.Add(Now, [], [], batch.MemoryPercent);
        _unwritten |= batch.Seconds.Length > 0;
        if (matters || (_unwritten && Now - _written >= WriteEverySeconds))
        {
            await WriteCountsAsync();
        }

        KeepLooking();
        await JudgeAsync(changed);
    }

    public Task<AlertRuleView[]> ListAsync() => Task.FromResult<AlertRuleView[]>([.. AlertBook.Rules(_book, OfPlatform).Select(View)]);

    public Task<Result<AlertRuleView>> GetAsync(string name) => Task.FromResult(Found(name));

    public async Task<Result<AlertRuleView>> PutAsync(string name, PutAlertRule command, long? expected, Caller caller)
    {
        if (!AlertBook.Put(_book, OfPlatform, name, command, expected, caller.Principal, clock.GetUtcNow()).Try(out var next, out var refused))
        {
            return refused;
        }

        await ChangeAsync(next);
        await JudgeAsync(Now);
        return Found(name);
    }

    public async Task<Problem?> DeleteAsync(string name, long expected, Caller caller)
    {
        if (!AlertBook.Delete(_book, OfPlatform, name, expected, caller.Principal, clock.GetUtcNow()).Try(out var next, out var refused))
        {
            return refused;
        }

        await ChangeAsync(next);
        return null;
    }

    public async Task<Result<AlertRuleView>> SilenceAsync(string name, SilenceAlertRule command, Caller caller)
    {
        var now = clock.GetUtcNow();
        if (command.Until <= now || command.Until > now + AlertRules.MaxSilence)
        {
            return Problem.Invalid([new FieldError("until", $"Choose a time in the next {AlertRules.MaxSilence.Days} days.")]);
        }

        if (AlertBook.Find(_book, OfPlatform, name) is null)
        {
            return Problem.NotFound("alert rule");
        }

        var silence = new AlertSilenceView { Until = command.Until, Reason = command.Reason, By = caller.Principal };
        await ChangeAsync(AlertBook.WithStatus(_book, name, AlertBook.Status(_book, name) with { Silence = silence }));
        KeepLooking();
        return Found(name);
    }

    public async Task<Result<AlertRuleView>> UnsilenceAsync(string name, Caller caller)
    {
        if (AlertBook.Find(_book, OfPlatform, name) is not null)
        {
            await ChangeAsync(AlertBook.EndSilence(_book, name, clock.GetUtcNow()));
        }

        return Found(name);
    }

    public async Task<Result<AlertView>> ResolveAsync(string name, Caller caller)
    {
        if (AlertBook.Find(_book, OfPlatform, name) is null)
        {
            return Problem.NotFound("alert rule");
        }

        if (AlertBook.Firing(_book, name) is not { } alert)
        {
            return Problem.Conflict("Nothing of this rule fires.");
        }

        var next = AlertBook.Resolve(_book, name, caller.Principal, clock.GetUtcNow());
        await ChangeAsync(AlertBook.WithStatus(next, name, AlertBook.Status(next, name) with { CountFrom = Now + 1 }));
        return Array.Find(_book.Kept, known => known.Number == alert.Number)!;
    }

    public async Task<Result<AlertChannelView[]>> TestAsync(string name, Caller caller)
    {
        if (AlertBook.Find(_book, OfPlatform, name) is not { } rule)
        {
            return Problem.NotFound("alert rule");
        }

        var now = clock.GetUtcNow();
        return await desk.TestAsync(
            Tenant,
            new AlertView
            {
                Number = 0, Id = "alert_test", Rule = rule.Name, Signal = rule.Signal, State = AlertState.Firing, Threshold = rule.Threshold, WindowSeconds = rule.WindowSeconds,
                Value = rule.Threshold, Peak = rule.Threshold, FiredAt = now, Told = true,
            },
            Guid.CreateVersion7(now));
    }

    public Task<AlertView[]> AlertsAsync(AlertState? state, long? before, int count) =>
        Task.FromResult<AlertView[]>([.. _book.Kept.Where(alert => (state is null || alert.State == state) && (before is null || alert.Number < before)).Reverse().Take(Math.Clamp(count, 1, AlertRules.MaxKept))]);

    private long Now => clock.GetUtcNow().ToUnixTimeSeconds();

    private static int Positive(int count) => Math.Max(0, count);

    private void KeepLooking() =>
        _timer ??= this.RegisterGrainTimer(LookAsync, new GrainTimerCreationOptions { DueTime = Beat, Period = Beat, KeepAlive = true });

    private async Task LookAsync(CancellationToken cancel)
    {
        if (_unwritten && Now - _written >= WriteEverySeconds)
        {
            await WriteCountsAsync();
        }

        await JudgeAsync(Now);
        if (Now - _window.Newest > AlertWindow.Kept && _book.News.Length == 0 && !_book.Status.Values.Any(status => status.Firing > 0 || status.Silence is not null))
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    /// <summary>Judges every rule, and writes when something fires, is resolved, or a silence is over.</summary>
    private async Task JudgeAsync(long changed)
    {
        var (now, at) = (clock.GetUtcNow(), Now);

        // Since the last look some windows of what waits for late batches were completed.
        changed = Math.Min(changed, _judged - AlertRules.LateSeconds + 1);
        _judged = Math.Max(_judged, at);
        var next = _book;
        foreach (var rule in AlertBook.Rules(_book, OfPlatform))
        {
            if (AlertBook.Status(next, rule.Name).Silence is { } silence && silence.Until <= now)
            {
                next = AlertBook.EndSilence(next, rule.Name, now);
            }

            if (rule.Enabled)
            {
                next = Applied(next, rule, AlertJudge.Judge(rule, AlertBook.Status(next, rule.Name), _window, changed, at), now);
            }
        }

        if (!ReferenceEquals(next.News, _book.News) || next.Status.Any(pair => pair.Value.Silence is null != AlertBook.Status(_book, pair.Key).Silence is null))
        {
            await ChangeAsync(next);
            return;
        }

        _book = next;
        if (_book.News.Length > 0)
        {
            await PublishAsync();
        }
    }

    private static AlertRuleState Applied(AlertRuleState book, AlertRuleDefinition rule, AlertVerdict verdict, DateTimeOffset now) => verdict.Change switch
    {
        AlertChange.Fires => AlertBook.Fire(book, rule, verdict, now),
        AlertChange.Resolves => AlertBook.Resolve(AlertBook.WithStatus(book, rule.Name, verdict.Status), rule.Name, SystemRecord.Principal, now),
        _ when verdict.Status != AlertBook.Status(book, rule.Name) => AlertBook.WithPeak(AlertBook.WithStatus(book, rule.Name, verdict.Status), rule.Name, verdict.Measure.Value),
        _ => AlertBook.WithPeak(book, rule.Name, verdict.Measure.Value),
    };

    private async Task ChangeAsync(AlertRuleState next)
    {
        try
        {
            await rules.SaveAsync(next);
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }

        _book = next;
        await PublishAsync();
    }

    private async Task PublishAsync()
    {
        var left = await desk.PublishAsync(Tenant, _book.News);
        if (!left.SequenceEqual(_book.News))
        {
            _book = _book with { News = left };
            await rules.SaveAsync(_book);
        }
    }

    private async Task WriteCountsAsync()
    {
        try
        {
            await counts.SaveAsync(new AlertWindowState
            {
                Seconds = [.. _window.All().SelectMany(pair => new[] { pair.Key, pair.Value.AuthFailures, pair.Value.RateLimitViolations, pair.Value.Requests, pair.Value.Errors })],
                Nodes = _nodes.All(),
            });
        }
        catch
        {
            _unwritten = false;
            DeactivateOnIdle();
            throw;
        }

        (_written, _unwritten) = (Now, false);
    }

    private Result<AlertRuleView> Found(string name) =>
        AlertBook.Find(_book, OfPlatform, name) is { } rule ? View(rule) : Problem.NotFound("alert rule");

    private AlertRuleView View(AlertRuleDefinition rule)
    {
        var status = AlertBook.Status(_book, rule.Name);
        var measure = _window.At(Now, rule.Signal, rule.WindowSeconds, status.CountFrom);
        return new AlertRuleView
        {
            Name = rule.Name,
            Signal = rule.Signal,
            Threshold = rule.Threshold,
            WindowSeconds = rule.WindowSeconds,
            MinimumSample = AlertRules.NeedsSample(rule.Signal) ? rule.MinimumSample : null,
            ResolveBelow = rule.ResolveBelow,
            ResolveAfterWindows = rule.ResolveAfterWindows,
            Enabled = rule.Enabled,
            Description = rule.Description,
            BuiltIn = AlertBook.IsBuiltIn(OfPlatform, rule.Name),
            Version = rule.Version,
            ChangedAt = rule.ChangedAt,
            ChangedBy = rule.ChangedBy,
            Value = AlertRules.NeedsSample(rule.Signal) && measure.Sample == 0 ? null : decimal.Round(measure.Value, 3),
            Alert = AlertBook.Firing(_book, rule.Name)?.Id,
            Silence = AlertBook.IsSilent(status, clock.GetUtcNow()) ? status.Silence : null,
        };
    }
}
