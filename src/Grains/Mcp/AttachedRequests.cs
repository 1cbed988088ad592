using Platform.Abstractions.Mcp;

namespace Platform.Grains.Mcp;

/// <summary>
/// Which node runs which request of a session, in memory. After a silo was lost nodes attach again by themselves; an answer or cancellation that arrives
/// in between is kept for them for a while.
/// </summary>
internal sealed class AttachedRequests
{
    private const int MaxAttached = 256;
    private const int MaxEarly = 16;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, (IMcpNode Node, DateTimeOffset Until)> _attached = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (byte[]? Message, DateTimeOffset Until)> _early = new(StringComparer.Ordinal);

    /// <summary>False when the session has too many already.</summary>
    public async Task<bool> AttachAsync(string session, string request, IMcpNode node, DateTimeOffset now)
    {
        Forget(now);
        if (!_attached.ContainsKey(request) && _attached.Count >= MaxAttached)
        {
            return false;
        }

        var before = _attached.GetValueOrDefault(request).Node;
        _attached[request] = (node, now + Lease);
        if (before is not null && !before.Equals(node))
        {
            await TellAsync(() => before.CancelledAsync(session, request));
        }

        if (_early.Remove(request, out var early))
        {
            await TellAsync(() => early.Message is { } message ? node.AnsweredAsync(session, request, message) : node.CancelledAsync(session, request));
        }

        return true;
    }

    public void Detach(string request) => _attached.Remove(request);

    public async Task<bool> AnswerAsync(string session, string request, byte[] message, DateTimeOffset now)
    {
        Forget(now);
        if (_attached.TryGetValue(request, out var waiting))
        {
            return await TellAsync(() => waiting.Node.AnsweredAsync(session, request, message));
        }

        if (_early.Count < MaxEarly)
        {
            _early[request] = (message, now + Lease);
        }

        return false;
    }

    /// <summary>Tells whoever waits under a name that there is something to look at.</summary>
    public async Task NudgeAsync(string session, string request)
    {
        if (_attached.TryGetValue(request, out var waiting))
        {
            await TellAsync(() => waiting.Node.AnsweredAsync(session, request, []));
        }
    }

    /// <summary>A cancellation may overtake its request's attachment: it is kept for it.</summary>
    public async Task<bool> CancelAsync(string session, string request, DateTimeOffset now)
    {
        Forget(now);
        if (_attached.TryGetValue(request, out var running))
        {
            return await TellAsync(() => running.Node.CancelledAsync(session, request));
        }

        if (_early.Count < MaxEarly)
        {
            _early[request] = (null, now + Lease);
        }

        return false;
    }

    public async Task CancelAllAsync(string session)
    {
        foreach (var (request, running) in _attached.ToArray())
        {
            await TellAsync(() => running.Node.CancelledAsync(session, request));
        }

        _attached.Clear();
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var lapsed in _attached.Where(entry => entry.Value.Until < now).Select(entry => entry.Key).ToArray())
        {
            _attached.Remove(lapsed);
        }

        foreach (var lapsed in _early.Where(entry => entry.Value.Until < now).Select(entry => entry.Key).ToArray())
        {
            _early.Remove(lapsed);
        }
    }

    // A node that is gone tells nobody anything: its request ends with it.
    private static async Task<bool> TellAsync(Func<ValueTask> tell)
    {
        try
        {
            await tell().AsTask().WaitAsync(Patience);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }
}
