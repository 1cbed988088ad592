using Platform.Abstractions.Mcp;

namespace Platform.Api.Mcp.Subscriptions;

/// <summary>What has changed since a listener looked last.</summary>
internal readonly record struct CatalogueNews(bool Tools, bool Prompts, bool Resources, IReadOnlyCollection<string> Uris, IReadOnlyCollection<string> TaskIds);

/// <summary>
/// One stream's share of a tenant's changes. Changes that come faster than the stream takes them are merged: however slow a client is, it holds no more
/// than what it asked for, and hears of everything once more at the end.
/// </summary>
internal sealed class CatalogueListener(ListenFilter filter, Action<CatalogueListener> leave) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _wantedUris = new(filter.Uris, StringComparer.Ordinal);
    private readonly HashSet<string> _wantedTasks = new(filter.TaskIds, StringComparer.Ordinal);
    private readonly SemaphoreSlim _signal = new(0, 1);
    private HashSet<string> _uris = new(StringComparer.Ordinal);
    private HashSet<string> _tasks = new(StringComparer.Ordinal);
    private bool _tools;
    private bool _prompts;
    private bool _resources;

    /// <summary>Version of the last change that was offered.</summary>
    public long Version { get; private set; }

    /// <summary>Wants other resources from now on, as legacy sessions do between requests.</summary>
    public void Want(IEnumerable<string> uris)
    {
        lock (_lock)
        {
            _wantedUris.Clear();
            _wantedUris.UnionWith(uris);
        }
    }

    public void Offer(long version, IReadOnlyList<CatalogueChange> changes)
    {
        lock (_lock)
        {
            Version = version;
            var any = false;
            foreach (var change in changes)
            {
                any |= Take(change);
            }

            if (any && _signal.CurrentCount == 0)
            {
                _signal.Release();
            }
        }
    }

    /// <summary>Waits until there is something.</summary>
    public async ValueTask<CatalogueNews> NextAsync(CancellationToken cancel)
    {
        await _signal.WaitAsync(cancel);
        lock (_lock)
        {
            var news = new CatalogueNews(_tools, _prompts, _resources, _uris, _tasks);
            (_tools, _prompts, _resources) = (false, false, false);
            _uris = new HashSet<string>(StringComparer.Ordinal);
            _tasks = new HashSet<string>(StringComparer.Ordinal);
            return news;
        }
    }

    public void Dispose()
    {
        leave(this);
        _signal.Dispose();
    }

    private bool Take(CatalogueChange change)
    {
        switch (change.Kind)
        {
            case CatalogueChangeKind.Tools:
                return _tools |= filter.Tools;
            case CatalogueChangeKind.Prompts:
                return _prompts |= filter.Prompts;
            case CatalogueChangeKind.Resources:
                return _resources |= filter.Resources;
            case CatalogueChangeKind.Resource:
                return _wantedUris.Contains(change.Subject) && (_uris.Add(change.Subject) || true);
            case CatalogueChangeKind.Task:
                return _wantedTasks.Contains(change.Subject) && (_tasks.Add(change.Subject) || true);
            default:
                // Something was missed: it may have been anything.
                _tools |= filter.Tools;
                _prompts |= filter.Prompts;
                _resources |= filter.Resources;
                _uris.UnionWith(_wantedUris);
                _tasks.UnionWith(_wantedTasks);
                return true;
        }
    }
}
