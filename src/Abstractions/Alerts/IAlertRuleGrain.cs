using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Alerts;

/// <summary>
/// A tenant's alert rules, what they watch, and their alerts. Key: <c>{tenant}</c>; under <c>_sys</c> the platform's own, which watch all tenants together and which no tenant can touch.
/// </summary>
[Alias("alert-rule")]
public interface IAlertRuleGrain : IGrainWithStringKey
{
    /// <summary>
    /// Takes what a node counted. Repeating a batch is safe. Authentication failures, violations of rate limits and errors are on disk when it returns.
    /// </summary>
    [Alias("report")]
    Task ReportAsync(SignalBatch batch);

    /// <summary>All rules, by name.</summary>
    [Alias("list")]
    Task<AlertRuleView[]> ListAsync();

    [Alias("get")]
    Task<Result<AlertRuleView>> GetAsync(string name);

    /// <summary>Makes a rule, or changes one, of the built-in ones too.</summary>
    /// <param name="name">See <see cref="AlertRules.IsName"/>.</param>
    /// <param name="command">All of it.</param>
    /// <param name="expected">The version that is changed; null when there must be none yet.</param>
    /// <param name="caller">Who does it.</param>
    [Alias("put")]
    Task<Result<AlertRuleView>> PutAsync(string name, PutAlertRule command, long? expected, Caller caller);

    /// <summary>Removes a rule; a built-in one is as it was in the beginning again. What it fired is resolved.</summary>
    [Alias("delete")]
    Task<Problem?> DeleteAsync(string name, long expected, Caller caller);

    /// <summary>Which of these rules could not be made, changed or taken away now, one after another; nothing is changed.</summary>
    [Alias("try")]
    Task<TrialFault[]> TryAsync(AlertRuleDraft[] drafts, Caller caller);

    [Alias("silence")]
    Task<Result<AlertRuleView>> SilenceAsync(string name, SilenceAlertRule command, Caller caller);

    /// <summary>Ends a silence; who should have heard of what fires hears of it now.</summary>
    [Alias("unsilence")]
    Task<Result<AlertRuleView>> UnsilenceAsync(string name, Caller caller);

    /// <summary>Resolves what the rule fired. What was counted until now does not make it fire again.</summary>
    [Alias("resolve")]
    Task<Result<AlertView>> ResolveAsync(string name, Caller caller);

    /// <summary>Sends a notice that says it is a test to each channel.</summary>
    [Alias("test")]
    Task<Result<AlertChannelView[]>> TestAsync(string name, Caller caller);

    /// <summary>Newest first, below <paramref name="before"/> when given.</summary>
    /// <param name="state">Null: all.</param>
    /// <param name="before">A number.</param>
    /// <param name="count">At least 1.</param>
    [Alias("alerts")]
    Task<AlertView[]> AlertsAsync(AlertState? state, long? before, int count);

    /// <summary>What was counted in the last minutes: the history need not have it yet.</summary>
    [Alias("recent")]
    Task<SignalStretch> RecentAsync();
}
