namespace Platform.Abstractions.Audit;

/// <summary>
/// An intent is stored before a request changes anything, and is gone once its outcome is stored: both have ids of which each gives the other. An intent whose process died becomes an event of
/// its own, with the outcome <see cref="Unfinished"/>.
/// </summary>
public static class AuditIntent
{
    /// <summary>The outcome of a request of which nothing else is known: it may have changed something, or nothing.</summary>
    public const string Unfinished = "unfinished";

    private const int Size = 16;

    /// <summary>The id of the intent of an outcome, or of the outcome of an intent. Ids are random in their last bytes, so nobody else has it.</summary>
    public static Guid Partner(Guid id)
    {
        Span<byte> bytes = stackalloc byte[Size];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[^1] ^= 1;
        return new Guid(bytes, bigEndian: true);
    }
}
