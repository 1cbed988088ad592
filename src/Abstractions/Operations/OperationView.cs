using System.Text.Json.Serialization;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Operations;

/// <summary>How far work is that outlives the request which asked for it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OperationState>))]
public enum OperationState
{
    /// <summary>Begins at <see cref="OperationView.StartsAt"/>, unless somebody takes it back.</summary>
    [JsonStringEnumMemberName("waiting")] Waiting = 0,

    /// <summary>Goes on until it is done, over failures and restarts.</summary>
    [JsonStringEnumMemberName("running")] Running = 1,
    [JsonStringEnumMemberName("succeeded")] Succeeded = 2,

    /// <summary>Was taken back before anything was done.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled = 3,
}

/// <summary>Work that outlives the request which asked for it.</summary>
[GenerateSerializer, Alias("operation-view"), Immutable]
public sealed record OperationView
{
    [Id(0)] public required string Id { get; init; }

    /// <summary>Named like the operation that the audit trail knows, such as <c>tenants/purge</c>.</summary>
    [Id(1)] public required string Kind { get; init; }

    [Id(2)] public required OperationState State { get; init; }

    /// <summary>Whom it is about.</summary>
    [Id(3)] public required TenantId Tenant { get; init; }

    /// <summary>What it is about, for people: a slug.</summary>
    [Id(4)] public required string Target { get; init; }

    /// <summary>The principal who asked for it.</summary>
    [Id(5)] public required string RequestedBy { get; init; }

    [Id(6)] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it begins at the latest.</summary>
    [Id(7)] public DateTimeOffset? StartsAt { get; init; }

    [Id(8)] public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>In the order in which they are done; none in lists.</summary>
    [Id(9)] public OperationStep[] Steps { get; init; } = [];

    /// <summary>The step that failed at its last try; it is tried again until it succeeds.</summary>
    [Id(10)] public string? Failing { get; init; }
}

/// <summary>One step of an operation.</summary>
/// <param name="Name">The same in every operation of a kind.</param>
/// <param name="DoneAt">Null while it is not done.</param>
[GenerateSerializer, Alias("operation-step"), Immutable]
public sealed record OperationStep([property: Id(0)] string Name, [property: Id(1)] DateTimeOffset? DoneAt);
