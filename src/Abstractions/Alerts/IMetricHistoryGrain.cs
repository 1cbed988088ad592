using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Alerts;

/// <summary>
/// The metrics of a tenant's past, away from the grain that judges, which never waits for a chart. Key: <c>{tenant}</c>; under <c>_sys</c> those of all tenants together. Holds no state of its own.
/// </summary>
[Alias("metric-history")]
public interface IMetricHistoryGrain : IGrainWithStringKey
{
    /// <summary>Puts a stretch in the place of what was known of it, and into the coarser steps. Repeating it is safe.</summary>
    [Alias("store")]
    Task StoreAsync(SignalStretch stretch);

    [Alias("read")]
    Task<Result<MetricSeriesView>> ReadAsync(ReadMetric query);

    /// <summary>Judges a rule over the past by the engine that judges it live. Changes nothing.</summary>
    [Alias("back-test")]
    Task<Result<BackTestView>> BackTestAsync(BackTestRule command);
}
