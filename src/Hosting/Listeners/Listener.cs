using Microsoft.AspNetCore.Http;

namespace Platform.Hosting.Listeners;

/// <summary>Which listener accepted a connection.</summary>
public enum ListenerKind
{
    /// <summary>Unknown: serves nothing.</summary>
    None = 0,
    Data = 1,
    Management = 2,
}

/// <summary>
/// Set on the connection by the listener that accepted it. Listeners are told apart by this alone, never by the Host header or anything else a client writes.
/// </summary>
public sealed class ListenerTag(ListenerKind kind)
{
    public ListenerKind Kind { get; } = kind;
}

public static class ListenerContext
{
    public static ListenerKind Listener(this HttpContext context) => context.Features.Get<ListenerTag>()?.Kind ?? ListenerKind.None;
}
