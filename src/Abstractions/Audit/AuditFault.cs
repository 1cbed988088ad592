namespace Platform.Abstractions.Audit;

/// <summary>What a check of an audit trail can find. The words are part of what REST and the CLI answer.</summary>
public static class AuditFault
{
    /// <summary>A record, or its hash, is not what was hashed.</summary>
    public const string Edited = "edited";

    /// <summary>A record is not there that must be.</summary>
    public const string Deleted = "deleted";

    /// <summary>A record is there that no hash leads to.</summary>
    public const string Inserted = "inserted";

    /// <summary>The records are there in another order.</summary>
    public const string Reordered = "reordered";

    /// <summary>The end is missing.</summary>
    public const string Truncated = "truncated";

    /// <summary>Something belongs to another tenant.</summary>
    public const string ForeignTenant = "foreign-tenant";

    /// <summary>A witness has seen more than there is now.</summary>
    public const string RolledBack = "rolled-back";

    /// <summary>A key signed after its time, or before it.</summary>
    public const string RetiredKey = "retired-key";

    /// <summary>The chain fits in itself and is not the one that was signed: from here on it was computed anew.</summary>
    public const string Rewritten = "rewritten";

    /// <summary>A sealed segment's header is missing or not in its place.</summary>
    public const string SegmentMissing = "segment-missing";

    /// <summary>A signature does not fit what it stands under.</summary>
    public const string BadSignature = "bad-signature";

    /// <summary>Signed by a key that the ring does not have.</summary>
    public const string UnknownKey = "unknown-key";

    /// <summary>The ring itself is not one: a key is not signed by the one before it, or is none that is trusted.</summary>
    public const string UntrustedKeys = "untrusted-keys";

    /// <summary>Not of the form that the platform writes.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>Records and statements fit, and the bundle around them is not as it was made.</summary>
    public const string BundleChanged = "bundle-changed";

    public static IReadOnlyList<string> All { get; } =
    [
        Edited, Deleted, Inserted, Reordered, Truncated, ForeignTenant, RolledBack, RetiredKey,
        Rewritten, SegmentMissing, BadSignature, UnknownKey, UntrustedKeys, Unreadable, BundleChanged,
    ];
}
