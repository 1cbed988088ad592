using Platform.Abstractions.Alerts;

namespace Platform.Grains.Alerts;

internal enum AlertChange
{
    None = 0,
    Fires = 1,
    Resolves = 2,
}

/// <summary>What judging a rule found, and how it stands then.</summary>
internal readonly record struct AlertVerdict(AlertChange Change, Measure Measure, AlertRuleStatus Status);

/// <summary>Decides when a rule fires and when it is quiet again (AL-6).</summary>
internal static class AlertJudge
{
    /// <param name="rule">Enabled.</param>
    /// <param name="status">As the last judgement left it.</param>
    /// <param name="window">What was counted.</param>
    /// <param name="changed">The earliest second that changed since the last judgement.</param>
    /// <param name="now">This second.</param>
    public static AlertVerdict Judge(AlertRuleDefinition rule, AlertRuleStatus status, AlertWindow window, long changed, long now)
    {
        // A count only grows, so it is judged while it does. A share or a percentile of half the nodes is none: it waits until late batches are in.
        var end = AlertRules.IsCount(rule.Signal) ? now : LastWhole(rule.Signal, now - AlertRules.LateSeconds);
        var from = Math.Max(Math.Min(changed, end), status.JudgeFrom);
        var measure = window.At(end, rule.Signal, rule.WindowSeconds, status.CountFrom);
        if (status.Firing == 0)
        {
            return from <= end && window.FirstBreach(from, end, rule, status.CountFrom) is { } breach
                ? new AlertVerdict(AlertChange.Fires, breach, status with { QuietSince = 0 })
                : new AlertVerdict(AlertChange.None, measure, status);
        }

        if (!IsQuiet(rule, measure))
        {
            return new AlertVerdict(AlertChange.None, measure, status with { QuietSince = 0 });
        }

        // However long ago the last look was, the quiet began when it did.
        var since = status.QuietSince == 0 ? end : status.QuietSince;
        while (since > from && IsQuiet(rule, window.At(since - 1, rule.Signal, rule.WindowSeconds, status.CountFrom)))
        {
            since--;
        }

        return end - since >= (rule.ResolveAfterWindows - 1L) * rule.WindowSeconds
            ? new AlertVerdict(AlertChange.Resolves, measure, status with { QuietSince = 0, JudgeFrom = end })
            : new AlertVerdict(AlertChange.None, measure, status with { QuietSince = since });
    }

    private static long LastWhole(AlertSignal signal, long second) =>
        AlertRules.IsStepped(signal) ? ((second + 1) / AlertRules.StepSeconds * AlertRules.StepSeconds) - 1 : second;

    private static bool IsQuiet(AlertRuleDefinition rule, Measure measure) => measure.Value < rule.ResolveBelow || measure.Sample < rule.MinimumSample;
}
