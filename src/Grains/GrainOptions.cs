namespace Platform.Grains;

/// <summary>What grains need to know of their surroundings.</summary>
public sealed class GrainOptions
{
    /// <summary>The environment written into every key: <c>live</c> or <c>test</c> (CF-5). A key of one is worth nothing in the other.</summary>
    public string Environment { get; set; } = "live";

    /// <summary>Bytes of memory resources a tenant may hold: keys, values and overhead (RS-3).</summary>
    public long MemoryQuotaBytes { get; set; } = 50L * 1024 * 1024;
}
