namespace Platform.Silo.Storage;

/// <summary>A write that shares a commit with others.</summary>
internal interface IBatchItem
{
    /// <summary>About how much it adds to the transaction.</summary>
    int Bytes { get; }
}

/// <summary>Where <see cref="GroupCommitWriter{T}"/> writes to; called by its thread alone.</summary>
internal interface IBatchTarget<T> : IDisposable
{
    /// <summary>
    /// Writes the batch in one transaction, in order, and returns when it is on disk. An item that its own row or key refuses leaves
    /// nothing behind, gets the reason at its place in <paramref name="refusals"/> and does not disturb the others. An exception means
    /// that nothing of the batch is stored; only where the storage is another machine, and the connection broke in the moment of the commit, it is not known.
    /// </summary>
    void Commit(ReadOnlyMemory<T> batch, Memory<Exception?> refusals);
}
