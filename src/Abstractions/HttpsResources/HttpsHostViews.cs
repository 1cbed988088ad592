namespace Platform.Abstractions.HttpsResources;

/// <summary>A host whose pages a tenant's agents may read as <c>https://{host}/{path}</c>, and which of them.</summary>
[GenerateSerializer, Alias("https-host"), Immutable]
public sealed record HttpsHost
{
    /// <summary>Lower case, with its port unless that is 443.</summary>
    [Id(0)] public required string Host { get; init; }

    [Id(1)] public required string PathPrefix { get; init; }

    /// <summary>Media types that are taken; an answer of another one is refused.</summary>
    [Id(2)] public required string[] ContentTypes { get; init; }

    /// <summary>Largest answer that is taken.</summary>
    [Id(3)] public required int MaxBytes { get; init; }

    /// <summary>Grows with every change of the list, and is never used again.</summary>
    [Id(4)] public required long Version { get; init; }

    [Id(5)] public required DateTimeOffset ChangedAt { get; init; }

    [Id(6)] public required string ChangedBy { get; init; }
}
