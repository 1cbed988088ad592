namespace Platform.Grains.Alerts;

/// <summary>One look at rules: the same whether it is live or a test of the past.</summary>
internal static class AlertRound
{
    /// <param name="book">As it stands.</param>
    /// <param name="rules">Those to look at.</param>
    /// <param name="window">What was counted.</param>
    /// <param name="changed">The earliest second that changed since the last look.</param>
    /// <param name="now">The moment of the look.</param>
    public static AlertRuleState Look(AlertRuleState book, IEnumerable<AlertRuleDefinition> rules, AlertWindow window, long changed, DateTimeOffset now)
    {
        foreach (var rule in rules)
        {
            if (AlertBook.Status(book, rule.Name).Silence is { } silence && silence.Until <= now)
            {
                book = AlertBook.EndSilence(book, rule.Name, now);
            }

            if (rule.Enabled)
            {
                book = Applied(book, rule, AlertJudge.Judge(rule, AlertBook.Status(book, rule.Name), window, changed, now.ToUnixTimeSeconds()), now);
            }
        }

        return book;
    }

    private static AlertRuleState Applied(AlertRuleState book, AlertRuleDefinition rule, AlertVerdict verdict, DateTimeOffset now) => verdict.Change switch
    {
        AlertChange.Fires => AlertBook.Fire(book, rule, verdict, now),
        AlertChange.Resolves => AlertBook.Resolve(AlertBook.WithStatus(book, rule.Name, verdict.Status), rule.Name, AlertRuleGrain.System, now),
        _ when verdict.Status != AlertBook.Status(book, rule.Name) => AlertBook.WithPeak(AlertBook.WithStatus(book, rule.Name, verdict.Status), rule.Name, verdict.Measure.Value),
        _ => AlertBook.WithPeak(book, rule.Name, verdict.Measure.Value),
    };
}
