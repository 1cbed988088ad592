using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Orleans.Storage;
using Platform.Grains.Storage;

namespace Platform.Silo.Storage;

/// <summary>Identity of a row. The grain type is part of it: stock providers leave it out, and one grain reads another's state (dotnet/orleans #9737).</summary>
/// <param name="Tenant">Tenant id, <c>_sys</c> included.</param>
/// <param name="GrainType">The stable grain type.</param>
/// <param name="GrainKey">What follows the tenant in the grain's key; empty for a grain that a tenant has one of.</param>
/// <param name="State">Name of the state in its grain.</param>
internal readonly record struct StateKey(string Tenant, string GrainType, string GrainKey, string State);

/// <summary>A row as it was read.</summary>
internal sealed record StoredState(long Version, string Format, byte[] Payload, long? ExpiresAt);

/// <summary>A row that is to go, in the version in which it was found.</summary>
internal readonly record struct DoomedState(StateKey Key, long Version);

internal enum StateChange
{
    /// <summary>Refused when the row exists.</summary>
    Insert,

    /// <summary>Refused unless the row has the expected version.</summary>
    Update,

    /// <summary>Refused unless the row has the expected version.</summary>
    Delete,

    /// <summary>Deletes the row if it still has the expected version; nobody minds when it does not.</summary>
    Sweep,

    /// <summary>From here on no row of the key's tenant is inserted; the rest of the key says nothing.</summary>
    Close,
}

/// <summary>One change of one row.</summary>
internal sealed record StateWrite(StateKey Key, StateChange Change) : IBatchItem
{
    /// <summary>The version that the row must have; unused by an insert.</summary>
    public long Expected { get; init; }

    /// <summary>The version it gets.</summary>
    public long Version { get; init; }

    public string Format { get; init; } = string.Empty;

    public byte[] Payload { get; init; } = [];

    public string? Info { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long UpdatedAt { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long? ExpiresAt { get; init; }

    /// <summary>
    /// What the writer has in memory had expired, so a row that is gone was swept and is no conflict: an update then inserts, a delete is
    /// content.
    /// </summary>
    public bool MayBeGone { get; init; }

    public int Bytes => Payload.Length + (Info?.Length ?? 0) + 128;

    /// <summary>The refusal of this change by the row that is stored; null when there is none.</summary>
    public InconsistentStateException Conflict(StateEtag? stored) => new(
        $"The state '{Key.State}' of a grain of type '{Key.GrainType}' is not the one that was read.",
        stored?.ToString(),
        Change is StateChange.Insert ? null : Expected.ToString(CultureInfo.InvariantCulture));
}

/// <summary>
/// The etag: <c>version</c>, or <c>version@expiry</c> when the row expires. With the expiry in it a write can tell a row that the cleaner
/// swept from one that another activation cleared.
/// </summary>
internal readonly record struct StateEtag(long Version, long? ExpiresAt)
{
    public static bool TryParse([NotNullWhen(true)] string? text, out StateEtag etag)
    {
        etag = default;
        if (text is null)
        {
            return false;
        }

        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (!TryNumber(at < 0 ? text : text.AsSpan(0, at), out var version))
        {
            return false;
        }

        if (at < 0)
        {
            etag = new StateEtag(version, null);
            return true;
        }

        if (!TryNumber(text.AsSpan(at + 1), out var expiresAt))
        {
            return false;
        }

        etag = new StateEtag(version, expiresAt);
        return true;
    }

    public override string ToString() => ExpiresAt is { } expiry
        ? string.Create(CultureInfo.InvariantCulture, $"{Version}@{expiry}")
        : Version.ToString(CultureInfo.InvariantCulture);

    private static bool TryNumber(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}

/// <summary>The table of grain state; SQLite and PostgreSQL each have one.</summary>
internal interface IGrainStateTable : IStateIndex, ITenantRows
{
    Task<StoredState?> ReadAsync(StateKey key, CancellationToken cancel);

    /// <summary>Returns when the change is on disk. A row that is not as expected gives Orleans' <c>InconsistentStateException</c>.</summary>
    Task WriteAsync(StateWrite write, CancellationToken cancel);

    /// <summary>Up to <paramref name="count"/> rows that expired at or before <paramref name="before"/> (unix milliseconds).</summary>
    Task<IReadOnlyList<DoomedState>> ExpiredAsync(long before, int count, CancellationToken cancel);
}
