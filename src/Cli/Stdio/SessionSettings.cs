namespace Platform.Cli.Stdio;

/// <summary>
/// What the client has set up in its session, so that a new one in its place can be set up alike: the resources it subscribed to and its log level. Only
/// what the endpoint has agreed to counts.
/// </summary>
internal sealed class SessionSettings(Diagnostics diagnostics)
{
    public const int MaxSubscriptions = 256;
    public const string Subscribe = "resources/subscribe";
    public const string SetLevel = "logging/setLevel";
    private const int MaxUri = 8192;
    private const int MaxLevel = 64;
    private readonly Lock _lock = new();
    private readonly List<string> _uris = [];
    private string? _level;

    /// <summary>One member of a request's <c>params</c>, which is all that these requests need.</summary>
    internal readonly record struct Setting(string Method, string Member, string Value);

    /// <summary>The endpoint has answered this request with a result.</summary>
    public void Learn(RpcMessage request)
    {
        lock (_lock)
        {
            switch (request.Method)
            {
                case SetLevel:
                    _level = request.Text("level") is { Length: <= MaxLevel } level ? level : null;
                    break;
                case Subscribe when request.Text("uri") is { } uri && !_uris.Contains(uri, StringComparer.Ordinal):
                    Remember(uri);
                    break;
                case "resources/unsubscribe" when request.Text("uri") is { } uri:
                    _uris.Remove(uri);
                    break;
            }
        }
    }

    /// <summary>Everything as it is now, in the order in which it was set up.</summary>
    public IReadOnlyList<Setting> All()
    {
        lock (_lock)
        {
            List<Setting> all = [.. _uris.Select(uri => new Setting(Subscribe, "uri", uri))];
            if (_level is { } level)
            {
                all.Insert(0, new Setting(SetLevel, "level", level));
            }

            return all;
        }
    }

    /// <summary>The client has begun another session.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _uris.Clear();
            _level = null;
        }
    }

    private void Remember(string uri)
    {
        if (_uris.Count < MaxSubscriptions && uri.Length <= MaxUri)
        {
            _uris.Add(uri);
        }
        else
        {
            diagnostics.Note($"a subscription will not be repeated if the endpoint loses the session: it is one of more than {MaxSubscriptions}, or its URI is too long");
        }
    }
}
