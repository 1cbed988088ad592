using Platform.Abstractions.Alerts;
using Platform.Abstractions.Problems;

namespace Platform.Grains.Alerts;

/// <summary>What a tenant's rules and alerts become by a change. Changes nothing in place.</summary>
internal static class AlertBook
{
    private const int MostNews = 100;

    /// <summary>All rules, by name: the built-in ones as they were changed, and the tenant's own.</summary>
    public static IEnumerable<AlertRuleDefinition> Rules(AlertRuleState state, BuiltInRules builtIn) =>
        builtIn.All
            .Where(rule => !Array.Exists(state.Rules, own => Is(own.Name, rule.Name)))
            .Concat(state.Rules)
            .OrderBy(rule => rule.Name, StringComparer.Ordinal);

    public static AlertRuleDefinition? Find(AlertRuleState state, BuiltInRules builtIn, string name) =>
        Rules(state, builtIn).FirstOrDefault(rule => Is(rule.Name, name));

    public static AlertRuleStatus Status(AlertRuleState state, string name) => state.Status.GetValueOrDefault(name) ?? new AlertRuleStatus();

    public static AlertView? Firing(AlertRuleState state, string name) =>
        Status(state, name).Firing is > 0 and var number ? Array.Find(state.Kept, alert => alert.Number == number) : null;

    public static Result<AlertRuleState> Put(AlertRuleState state, BuiltInRules builtIn, string name, PutAlertRule command, long? expected, string by, DateTimeOffset now)
    {
        var before = Find(state, builtIn, name);
        if (before?.Version != expected)
        {
            return Stale();
        }

        if (command.Signal == AlertSignal.MemoryUsage && !builtIn.OfPlatform)
        {
            return Invalid("signal", "A tenant has no process of its own; only the platform's rules watch memory.");
        }

        if (builtIn.Contains(name) && command.Signal != before!.Signal)
        {
            return Invalid("signal", "A built-in rule keeps its signal; make a rule of your own.");
        }

        if (before is null && state.Rules.Count(rule => !builtIn.Contains(rule.Name)) >= AlertRules.MaxOwn)
        {
            return Problem.QuotaExceeded($"There are at most {AlertRules.MaxOwn} rules beside the built-in ones.");
        }

        var rule = AlertRuleDefinition.Of(name, command) with { Version = state.Version + 1, ChangedAt = now, ChangedBy = by };
        var next = state with { Version = state.Version + 1, Rules = [.. state.Rules.Where(known => !Is(known.Name, name)), rule] };

        // What watches something else, or nothing, has nothing to do with the alert that fires.
        return !rule.Enabled || before is not null && before.Signal != rule.Signal ? Resolve(next, name, by, now) : next;
    }

    public static Result<AlertRuleState> Delete(AlertRuleState state, BuiltInRules builtIn, string name, long expected, string by, DateTimeOffset now)
    {
        if (Find(state, builtIn, name) is not { } rule)
        {
            return Problem.NotFound("alert rule");
        }

        if (rule.Version != expected)
        {
            return Stale();
        }

        var next = Resolve(state, name, by, now) with { Version = state.Version + 1, Rules = [.. state.Rules.Where(known => !Is(known.Name, name))] };
        return builtIn.Contains(name) ? next : next with { Status = Without(next.Status, name) };
    }

    /// <summary>The rule fires. There is one alert of a rule at a time, so this is called when none is there.</summary>
    public static AlertRuleState Fire(AlertRuleState state, AlertRuleDefinition rule, AlertVerdict verdict, DateTimeOffset now)
    {
        var number = state.Alerts + 1;
        var status = verdict.Status with { Firing = number };
        var tell = !IsSilent(status, now);
        var alert = new AlertView
        {
            Number = number,
            Id = $"alert_{Guid.CreateVersion7(now):N}",
            Rule = rule.Name,
            Signal = rule.Signal,
            State = AlertState.Firing,
            Threshold = rule.Threshold,
            WindowSeconds = rule.WindowSeconds,
            Value = verdict.Measure.Value,
            Peak = verdict.Measure.Value,
            FiredAt = now,
            Told = tell,
        };
        return WithNews(state with { Alerts = number, Kept = Bounded([.. state.Kept, alert]), Status = With(state.Status, rule.Name, status) }, AlertNewsKind.Fired, alert, tell, record: true, now);
    }

    /// <summary>What the rule fired is over; nothing changes when nothing fires.</summary>
    public static AlertRuleState Resolve(AlertRuleState state, string name, string by, DateTimeOffset now)
    {
        if (Firing(state, name) is not { } alert)
        {
            return state;
        }

        var status = Status(state, name);
        var resolved = alert with { State = AlertState.Resolved, ResolvedAt = now, ResolvedBy = by };
        return WithNews(
            WithAlert(state, resolved) with { Status = With(state.Status, name, status with { Firing = 0, QuietSince = 0 }) },
            AlertNewsKind.Resolved,
            resolved,
            tell: alert.Told && !IsSilent(status, now),
            record: true,
            now);
    }

    public static AlertRuleState WithStatus(AlertRuleState state, string name, AlertRuleStatus status) => state with { Status = With(state.Status, name, status) };

    public static AlertRuleState WithPeak(AlertRuleState state, string name, decimal value) =>
        Firing(state, name) is { } alert && value > alert.Peak ? WithAlert(state, alert with { Peak = value }) : state;

    /// <summary>A silence that is over, by its time or because somebody ended it: who should know of what still fires hears of it.</summary>
    public static AlertRuleState EndSilence(AlertRuleState state, string name, DateTimeOffset now)
    {
        var next = WithStatus(state, name, Status(state, name) with { Silence = null });
        if (Firing(next, name) is not { Told: false } alert)
        {
            return next;
        }

        var told = alert with { Told = true };
        return WithNews(WithAlert(next, told), AlertNewsKind.Fired, told, tell: true, record: false, now);
    }

    public static bool IsSilent(AlertRuleStatus status, DateTimeOffset now) => status.Silence is { } silence && now < silence.Until;

    private static AlertRuleState WithAlert(AlertRuleState state, AlertView alert) =>
        state with { Kept = Array.ConvertAll(state.Kept, known => known.Number == alert.Number ? alert : known) };

    private static AlertRuleState WithNews(AlertRuleState state, AlertNewsKind kind, AlertView alert, bool tell, bool record, DateTimeOffset now)
    {
        // More than this is not out only while the trail cannot be written for long: what has to be recorded goes last.
        var news = state.News.Length < MostNews ? state.News : [.. state.News.Where(known => known.Record).TakeLast(MostNews)];
        return state with { News = [.. news, new AlertNews { Id = Guid.CreateVersion7(now), Kind = kind, Alert = alert, Tell = tell, Record = record, At = now }] };
    }

    private static AlertView[] Bounded(AlertView[] alerts)
    {
        var excess = alerts.Length - AlertRules.MaxKept;
        return excess <= 0 ? alerts : [.. alerts.Where(alert => alert.State == AlertState.Firing || excess-- <= 0)];
    }

    private static Dictionary<string, AlertRuleStatus> With(Dictionary<string, AlertRuleStatus> all, string name, AlertRuleStatus status) =>
        new(all, StringComparer.Ordinal) { [name] = status };

    private static Dictionary<string, AlertRuleStatus> Without(Dictionary<string, AlertRuleStatus> all, string name)
    {
        var left = new Dictionary<string, AlertRuleStatus>(all, StringComparer.Ordinal);
        left.Remove(name);
        return left;
    }

    private static bool Is(string one, string other) => string.Equals(one, other, StringComparison.Ordinal);

    private static Problem Stale() => new(ProblemCode.PreconditionFailed, "It was changed since it was read, or is not as the request expects. Read it again.");

    private static Problem Invalid(string member, string fault) => Problem.Invalid([new FieldError(member, fault)]);
}
