using Platform.Grains.Storage;

namespace Platform.Grains.Alerts.Series;

/// <summary>A piece of metrics as it is kept.</summary>
public sealed record MetricBlockState : IProjected
{
    public byte[] Data { get; init => field = value ?? []; } = [];

    public DateTimeOffset? ExpiresAt { get; init; }

    public string? Info => null;
}
