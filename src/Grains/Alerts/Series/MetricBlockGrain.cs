using Orleans.Runtime;
using Platform.Abstractions.Alerts;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Alerts.Series;

[GrainType("metric-block")]
internal sealed class MetricBlockGrain([PersistentState("block")] IPersistentState<MetricBlockState> state) : Grain, IMetricBlockGrain
{
    public async Task<byte[]> ReplaceAsync(SignalStretch stretch)
    {
        var known = SignalSeriesCodec.Read(state.State.Data);
        var next = known.Replaced(stretch.From, stretch.To, SignalSeriesCodec.Read(stretch.Data));
        var data = next.IsEmpty ? [] : SignalSeriesCodec.Write(next);
        if (data.AsSpan().SequenceEqual(state.State.Data))
        {
            return data;
        }

        try
        {
            await state.SaveAsync(new MetricBlockState { Data = data, ExpiresAt = SeriesTier.ExpiryOf(GrainContext.RestOf()) });
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }

        return data;
    }

    public Task<byte[]> ReadAsync() => Task.FromResult(state.State.Data);
}
