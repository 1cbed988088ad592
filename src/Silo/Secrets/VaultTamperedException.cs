namespace Platform.Silo.Secrets;

/// <summary>The local vault is not what this platform wrote last: changed, cut, older, or of another key. It is left as it is and gives no secret.</summary>
public sealed class VaultTamperedException : Exception
{
    public VaultTamperedException() { }

    public VaultTamperedException(string message) : base(message) { }

    public VaultTamperedException(string message, Exception inner) : base(message, inner) { }
}
