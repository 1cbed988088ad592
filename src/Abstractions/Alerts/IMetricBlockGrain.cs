namespace Platform.Abstractions.Alerts;

/// <summary>
/// A piece of a tenant's metrics, one row: an hour by the second, six hours by the minute, ten days by the hour. Key: <c>{tenant}/{kind}-{number}</c>. It is gone when it is too old.
/// </summary>
[Alias("metric-block")]
public interface IMetricBlockGrain : IGrainWithStringKey
{
    /// <summary>Puts a stretch of this piece in the place of what was known of it, on disk when it returns.</summary>
    /// <returns>All of the piece.</returns>
    [Alias("replace")]
    Task<byte[]> ReplaceAsync(SignalStretch stretch);

    /// <summary>All of it; nothing when there is none.</summary>
    [Alias("read")]
    Task<byte[]> ReadAsync();
}
