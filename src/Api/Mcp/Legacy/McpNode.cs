using System.Collections.Concurrent;
using Platform.Abstractions.Mcp;

namespace Platform.Api.Mcp.Legacy;

/// <summary>What sessions' grains tell this node: of answers and cancellations that reached another one (docs/adr/0008).</summary>
internal sealed class McpNode(IGrainFactory factory) : IMcpNode
{
    private readonly ConcurrentDictionary<(string Session, string Request), Action<byte[]?>> _attached = new();
    private IMcpNode? _reference;

    /// <summary>What grains call this node by.</summary>
    public IMcpNode Reference => _reference ??= factory.CreateObjectReference<IMcpNode>(this);

    /// <summary>
    /// From now on the request's news come to <paramref name="told"/>: an answer, or null for its cancellation. Who had the name before is cancelled: a
    /// newer listening stream takes an older one's place.
    /// </summary>
    public IDisposable Attach(string session, string request, Action<byte[]?> told)
    {
        if (_attached.TryRemove((session, request), out var before))
        {
            before(null);
        }

        _attached[(session, request)] = told;
        return new Attachment(this, session, request, told);
    }

    public ValueTask AnsweredAsync(string session, string request, byte[] message) => TellAsync(session, request, message);

    public ValueTask CancelledAsync(string session, string request) => TellAsync(session, request, null);

    private ValueTask TellAsync(string session, string request, byte[]? message)
    {
        if (_attached.TryGetValue((session, request), out var told))
        {
            told(message);
        }

        return ValueTask.CompletedTask;
    }

    private sealed class Attachment(McpNode node, string session, string request, Action<byte[]?> told) : IDisposable
    {
        public void Dispose() => node._attached.TryRemove(KeyValuePair.Create((session, request), told));
    }
}
