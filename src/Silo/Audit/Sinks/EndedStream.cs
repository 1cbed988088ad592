using System.Net.Sockets;

namespace Platform.Silo.Audit.Sinks;

/// <summary>A connection that remembers whether its other end was reached. TLS that was ended by a close_notify never reads that far.</summary>
internal sealed class EndedStream(Socket socket) : NetworkStream(socket, ownsSocket: false)
{
    public bool HasEnded { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await base.ReadAsync(buffer, cancellationToken);

        // An empty buffer asks whether there is something, and takes nothing.
        HasEnded |= read == 0 && !buffer.IsEmpty;
        return read;
    }
}
