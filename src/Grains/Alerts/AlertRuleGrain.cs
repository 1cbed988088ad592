using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Alerts;

/// <summary>
/// Keeps counts and rules of a tenant and lets <see cref="AlertJudge"/> look at them: when counts come, and every second while there is something to look at.
/// A write that fails ends the activation: what is on disk is the truth, and nodes send again what they got no answer for.
/// </summary>
[GrainType("alert-rule")]
internal sealed partial class AlertRuleGrain(
    [PersistentState("rules")] IPersistentState<AlertRuleState> rules,
    [PersistentState("window")] IPersistentState<AlertWindowState> counts,
    [PersistentState("levels")] IPersistentState<AlertLevelState> levels,
    AlertNewsDesk desk,
    IOptions<GrainOptions> options,
    TenantGrains grains,
    TimeProvider clock,
    ILogger<AlertRuleGrain> logger) : Grain, IAlertRuleGrain, IRemindable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private BuiltInRules _builtIn = null!;
    private SignalLedger _ledger = null!;
    private AlertRuleState _book = new();
    private IGrainTimer? _timer;
    private long _judged;
    private AlertWatch _watch = null!;

    private TenantId Tenant => GrainContext.TenantOf();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _book = rules.State;
        _builtIn = new BuiltInRules(options.Value.AlertDefaults, Tenant == TenantId.Platform);
        _watch = new AlertWatch(this, logger);
        _ledger = new SignalLedger(counts, levels, StoreAsync);
        _ledger.Load(Now);

        // What was judged before a restart is judged again: nothing that fired fires twice, and what had not fired yet does now.
        _judged = Now - AlertWindow.Kept;
        if (_ledger.Window.Newest > 0 || IsWaiting)
        {
            await JudgeAsync(_judged);
            KeepLooking();
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _ledger.CloseAsync(Now, store: reason.ReasonCode != DeactivationReasonCode.ShuttingDown);

    public async Task ReportAsync(SignalBatch batch)
    {
        if (_ledger.Take(batch, clock.GetUtcNow()) is not { } taken)
        {
            return;
        }

        await WriteAsync(ledger => ledger.WriteAsync(Now, taken.Matters));
        KeepLooking();
        await JudgeAsync(taken.Changed);
    }

    /// <summary>After a restart nobody may ask for long: what fires is looked at, resolved and told all the same.</summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        KeepLooking();
        await LookAsync(CancellationToken.None);
    }

    public Task<SignalStretch> RecentAsync() => Task.FromResult(_ledger.Recent(Now));

    public Task<AlertRuleView[]> ListAsync() => Task.FromResult<AlertRuleView[]>([.. AlertBook.Rules(_book, _builtIn).Select(View)]);

    public Task<Result<AlertRuleView>> GetAsync(string name) => Task.FromResult(Found(name));

    public async Task<Result<AlertRuleView>> PutAsync(string name, PutAlertRule command, long? expected, Caller caller)
    {
        if (!AlertBook.Put(_book, _builtIn, name, command, expected, caller.NameIn(GrainContext.TenantOf()), clock.GetUtcNow()).Try(out var next, out var refused))
        {
            return refused;
        }

        await ChangeAsync(next);
        await JudgeAsync(Now);
        return Found(name);
    }

    public async Task<Problem?> DeleteAsync(string name, long expected, Caller caller)
    {
        if (!AlertBook.Delete(_book, _builtIn, name, expected, caller.NameIn(GrainContext.TenantOf()), clock.GetUtcNow()).Try(out var next, out var refused))
        {
            return refused;
        }

        await ChangeAsync(next);
        return null;
    }

    public Task<TrialFault[]> TryAsync(AlertRuleDraft[] drafts, Caller caller)
    {
        List<TrialFault> faults = [];
        var book = _book;
        var (by, now) = (caller.NameIn(Tenant), clock.GetUtcNow());
        foreach (var draft in drafts)
        {
            var version = AlertBook.Find(book, _builtIn, draft.Name)?.Version;
            var tried = draft.Rule is { } rule
                ? AlertBook.Put(book, _builtIn, draft.Name, rule, version, by, now)
                : AlertBook.Delete(book, _builtIn, draft.Name, version ?? 0, by, now);
            if (tried.Try(out var next, out var refused))
            {
                book = next;
            }
            else
            {
                faults.Add(new TrialFault(draft.Name, refused));
            }
        }

        return Task.FromResult<TrialFault[]>([.. faults]);
    }

    public async Task<Result<AlertRuleView>> SilenceAsync(string name, SilenceAlertRule command, Caller caller)
    {
        var now = clock.GetUtcNow();
        if (command.Until <= now || command.Until > now + AlertRules.MaxSilence)
        {
            return Problem.Invalid([new FieldError("until", $"Choose a time in the next {AlertRules.MaxSilence.Days} days.")]);
        }

        if (AlertBook.Find(_book, _builtIn, name) is null)
        {
            return Problem.NotFound("alert rule");
        }

        var silence = new AlertSilenceView { Until = command.Until, Reason = command.Reason, By = caller.NameIn(GrainContext.TenantOf()) };
        await ChangeAsync(AlertBook.WithStatus(_book, name, AlertBook.Status(_book, name) with { Silence = silence }));
        KeepLooking();
        return Found(name);
    }

    public async Task<Result<AlertRuleView>> UnsilenceAsync(string name, Caller caller)
    {
        if (AlertBook.Find(_book, _builtIn, name) is not null)
        {
            await ChangeAsync(AlertBook.EndSilence(_book, name, clock.GetUtcNow()));
        }

        return Found(name);
    }

    public async Task<Result<AlertView>> ResolveAsync(string name, Caller caller)
    {
        if (AlertBook.Find(_book, _builtIn, name) is null)
        {
            return Problem.NotFound("alert rule");
        }

        if (AlertBook.Firing(_book, name) is not { } alert)
        {
            return Problem.Conflict("Nothing of this rule fires.");
        }

        var next = AlertBook.Resolve(_book, name, caller.NameIn(GrainContext.TenantOf()), clock.GetUtcNow());
        await ChangeAsync(AlertBook.WithStatus(next, name, AlertBook.Status(next, name) with { CountFrom = Now + 1 }));
        return Array.Find(_book.Kept, known => known.Number == alert.Number)!;
    }

    public async Task<Result<AlertChannelView[]>> TestAsync(string name, Caller caller)
    {
        if (AlertBook.Find(_book, _builtIn, name) is not { } rule)
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

    /// <summary>Something has to happen by itself, at its time.</summary>
    private bool IsWaiting => _book.News.Length > 0 || _book.Status.Values.Any(status => status.Firing > 0 || status.Silence is not null);

    private long Now => clock.GetUtcNow().ToUnixTimeSeconds();

    private void KeepLooking() =>
        _timer ??= this.RegisterGrainTimer(LookAsync, new GrainTimerCreationOptions { DueTime = Beat, Period = Beat, KeepAlive = true });

    private async Task LookAsync(CancellationToken cancel)
    {
        await WriteAsync(ledger => ledger.WriteAsync(Now, matters: false));
        await JudgeAsync(Now);
        await WriteAsync(ledger => ledger.StoreAsync(Now));
        await _watch.KeepAsync(IsWaiting, Tenant);
        if (_ledger.IsStored && Now - _ledger.Window.Newest > AlertWindow.Kept && !IsWaiting)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    /// <summary>Judges every rule, and writes when something fires, is resolved, or a silence is over.</summary>
    private async Task JudgeAsync(long changed)
    {
        var now = clock.GetUtcNow();

        // Since the last look some windows of what waits for late batches were completed.
        changed = Math.Min(changed, _judged - AlertRules.LateSeconds + 1);
        _judged = Math.Max(_judged, now.ToUnixTimeSeconds());
        var next = AlertRound.Look(_book, AlertBook.Rules(_book, _builtIn), _ledger.Window, changed, now);
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
        await _watch.KeepAsync(IsWaiting, Tenant);
        await PublishAsync();
        await _watch.KeepAsync(IsWaiting, Tenant);
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

    private async Task WriteAsync(Func<SignalLedger, Task> write)
    {
        try
        {
            await write(_ledger);
        }
        catch
        {
            _ledger.GiveUp();
            DeactivateOnIdle();
            throw;
        }
    }

    /// <summary>Nothing waits for the history, and what it does not take is offered again.</summary>
    private async Task<bool> StoreAsync(SignalStretch stretch)
    {
        try
        {
            await grains.For(Tenant).The<IMetricHistoryGrain>().StoreAsync(stretch);
            return true;
        }
        catch (Exception failure)
        {
            Log.NotStored(logger, failure, Tenant);
            return false;
        }
    }

    private Result<AlertRuleView> Found(string name) =>
        AlertBook.Find(_book, _builtIn, name) is { } rule ? View(rule) : Problem.NotFound("alert rule");

    private AlertRuleView View(AlertRuleDefinition rule)
    {
        var status = AlertBook.Status(_book, rule.Name);
        return AlertRuleViews.Of(rule, _builtIn.Contains(rule.Name), status, AlertBook.Firing(_book, rule.Name), _ledger.Window.At(Now, rule.Signal, rule.WindowSeconds, status.CountFrom), clock.GetUtcNow());
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "MetricsNotStored", Level = LogLevel.Warning, Message = "Metrics of {Tenant} did not get into their history; they are sent again.")]
        public static partial void NotStored(ILogger logger, Exception failure, TenantId tenant);
    }
}
