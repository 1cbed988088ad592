namespace Platform.Abstractions.Mcp;

/// <summary>
/// Keeps the credential behind a WebSocket ticket until it is taken, in memory only and encrypted with a key that is in the ticket alone.
/// Key: <c>{tenant}/{ticket id}</c>.
/// </summary>
[Alias("socket-ticket")]
public interface ISocketTicketGrain : IGrainWithStringKey
{
    /// <summary>Keeps it until <paramref name="until"/> at the latest.</summary>
    [Alias("keep")]
    Task KeepAsync(byte[] encrypted, DateTimeOffset until);

    /// <summary>What was kept, this once; null for an id that was never kept, was taken, has expired or was lost with its silo.</summary>
    [Alias("take")]
    Task<byte[]?> TakeAsync();
}
