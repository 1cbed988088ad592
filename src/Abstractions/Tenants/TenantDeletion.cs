namespace Platform.Abstractions.Tenants;

/// <summary>A tenant on its way out.</summary>
/// <param name="At">When it was deleted: nobody is served from then on.</param>
/// <param name="By">Who deleted it.</param>
/// <param name="PurgeAt">From then on it is purged without anybody asking.</param>
/// <param name="Before">What it was, and is again when it is restored.</param>
/// <param name="IsPurging">True once things of it are being destroyed: then nothing brings it back.</param>
[GenerateSerializer, Alias("tenant-deletion"), Immutable]
public sealed record TenantDeletion(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] string By,
    [property: Id(2)] DateTimeOffset PurgeAt,
    [property: Id(3)] TenantStatus Before,
    [property: Id(4)] bool IsPurging);
