namespace Platform.Silo.Storage;

/// <summary>The disk did not take a write, or did not give a row: full, broken or locked. The write may be tried again.</summary>
public sealed class StorageFailedException : Exception
{
    public StorageFailedException() { }

    public StorageFailedException(string message) : base(message) { }

    public StorageFailedException(string message, Exception inner) : base(message, inner) { }
}
