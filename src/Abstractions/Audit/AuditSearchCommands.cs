using System.Text;

namespace Platform.Abstractions.Audit;

/// <summary>Which events are meant: those that fit every member that is given.</summary>
[GenerateSerializer, Alias("audit-filter"), Immutable]
public sealed record AuditFilter
{
    /// <summary>The first moment that counts.</summary>
    [Id(0)] public DateTimeOffset? From { get; init; }

    /// <summary>The first moment that does not count any more.</summary>
    [Id(1)] public DateTimeOffset? To { get; init; }

    /// <summary>As the record names it.</summary>
    [Id(2)] public string? Class { get; init; }
    [Id(3)] public string? Action { get; init; }

    /// <summary><c>ok</c>, or the slug of a problem.</summary>
    [Id(4)] public string? Outcome { get; init; }
    [Id(5)] public string? Principal { get; init; }

    /// <summary>The event's own id, which its answer carried.</summary>
    [Id(6)] public Guid? Correlation { get; init; }

    /// <summary>An HMAC, as records have it.</summary>
    [Id(7)] public string? Hmac { get; init; }

    public bool Fits(Guid eventId, DateTimeOffset at, ReadOnlySpan<byte> record) => Fits(eventId, at, AuditFacets.Of(record)) && (Hmac is null || HasHmac(Hmac, record));

    private bool Fits(Guid eventId, DateTimeOffset at, in AuditFacets facets) =>
        (Correlation is null || Correlation == eventId)
        && (From is null || at >= From)
        && (To is null || at < To)
        && Is(Class, facets.Class) && Is(Action, facets.Action) && Is(Outcome, facets.Outcome) && Is(Principal, facets.Principal);

    /// <summary>Wherever it is: nobody can write text that looks like one, for that is hashed itself.</summary>
    private static bool HasHmac(string hmac, ReadOnlySpan<byte> record)
    {
        Span<byte> wanted = stackalloc byte[HashedValue.Length];
        return hmac.Length == HashedValue.Length && Encoding.UTF8.TryGetBytes(hmac, wanted, out var length) && length == HashedValue.Length && record.IndexOf(wanted) >= 0;
    }

    private static bool Is(string? wanted, string there) => wanted is null || string.Equals(wanted, there, StringComparison.Ordinal);
}

/// <summary>A place in the order of a search: by time, and by sequence where times are equal.</summary>
[GenerateSerializer, Alias("audit-place"), Immutable]
public readonly record struct AuditPlace([property: Id(0)] DateTimeOffset At, [property: Id(1)] long Sequence);

/// <summary>Asks for one page of a search.</summary>
[GenerateSerializer, Alias("find-audit-events"), Immutable]
public sealed record FindAuditEvents
{
    [Id(0)] public required AuditFilter Filter { get; init; }

    /// <summary>Newest first otherwise.</summary>
    [Id(1)] public bool OldestFirst { get; init; }

    /// <summary>Where the page before ended; null for the first.</summary>
    [Id(2)] public AuditPlace? After { get; init; }

    /// <summary>1 to 1000.</summary>
    [Id(3)] public required int Count { get; init; }
}

/// <summary>One page. It may be empty and yet have a <see cref="Next"/>: a page looks at so many events and no more.</summary>
/// <param name="Events">In the order that was asked for.</param>
/// <param name="Next">Where to go on; null when everything was looked at.</param>
[GenerateSerializer, Alias("audit-found"), Immutable]
public sealed record AuditFound([property: Id(0)] AuditEventView[] Events, [property: Id(1)] AuditPlace? Next);

/// <summary>What followed in the chain.</summary>
/// <param name="Events">Oldest first.</param>
/// <param name="First">The first sequence that was looked at, 0 when there was none: more than one after the place that was asked for when events between are no longer kept.</param>
/// <param name="Last">The last sequence that was looked at: where to go on, whether it fitted or not.</param>
[GenerateSerializer, Alias("audit-followed"), Immutable]
public sealed record AuditFollowed([property: Id(0)] AuditEventView[] Events, [property: Id(1)] long First, [property: Id(2)] long Last);
