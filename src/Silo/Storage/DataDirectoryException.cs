namespace Platform.Silo.Storage;

/// <summary>
/// The data directory cannot be used as it is: in use, unwritable, or holding a corrupt or foreign file. The message names the path and
/// the cure and is fit for the console; the program ends with exit code 78.
/// </summary>
public sealed class DataDirectoryException : Exception
{
    public DataDirectoryException() { }

    public DataDirectoryException(string message) : base(message) { }

    public DataDirectoryException(string message, Exception inner) : base(message, inner) { }
}
