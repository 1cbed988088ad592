using System.Text.Json.Serialization;

namespace Platform.Abstractions.Audit;

/// <summary>The guide's five classes of events, and administration.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AuditClass>))]
public enum AuditClass
{
    [JsonStringEnumMemberName("securityViolation")] SecurityViolation = 0,
    [JsonStringEnumMemberName("authentication")] Authentication = 1,
    [JsonStringEnumMemberName("authorization")] Authorization = 2,
    [JsonStringEnumMemberName("resourceAccess")] ResourceAccess = 3,
    [JsonStringEnumMemberName("toolExecution")] ToolExecution = 4,
    [JsonStringEnumMemberName("administration")] Administration = 5,
}

/// <summary>A stored audit event as REST shows it; <see cref="Record"/> is what was hashed.</summary>
[GenerateSerializer, Alias("audit-event-view"), Immutable]
public sealed record AuditEventView
{
    [Id(0)] public required long Sequence { get; init; }

    /// <summary>SHA-256 over 0x00, the hash before, and the record; lower-case hexadecimal.</summary>
    [Id(1)] public required string Hash { get; init; }

    /// <summary>The canonical record, byte for byte, as UTF-8 JSON.</summary>
    [Id(2)] public required string Record { get; init; }
}

/// <summary>What a check of a tenant's chain found.</summary>
/// <param name="Events">Events checked.</param>
/// <param name="Head">Hash of the last good event, hexadecimal.</param>
/// <param name="FirstBad">Sequence of the first event that does not fit; null when all do.</param>
/// <param name="Fault">What is wrong there.</param>
[GenerateSerializer, Alias("audit-verification"), Immutable]
public sealed record AuditVerification(
    [property: Id(0)] long Events,
    [property: Id(1)] string Head,
    [property: Id(2)] long? FirstBad,
    [property: Id(3)] string? Fault)
{
    /// <summary>Sealed segments that were checked.</summary>
    [Id(4)] public long Segments { get; init; }

    /// <summary>The last record that is no longer kept, as a signed statement says; 0 when all are. What is said of events is said of those after it.</summary>
    [Id(5)] public long PrunedThrough { get; init; }
}
