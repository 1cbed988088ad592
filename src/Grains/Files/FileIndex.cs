using Platform.Abstractions.Files;

namespace Platform.Grains.Files;

/// <summary>A tenant's files by path. A path is a file or a folder, never both.</summary>
internal sealed class FileIndex
{
    private readonly Dictionary<string, FileEntry> _files = new(StringComparer.Ordinal);
    private readonly List<string> _sorted = [];

    public FileEntry? Find(string path) => _files.GetValueOrDefault(path);

    /// <summary>Whether a file has the name of one of the path's folders, or a folder has the path's.</summary>
    public bool Clashes(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            if (_files.ContainsKey(path[..slash]))
            {
                return true;
            }
        }

        var folder = path + "/";
        var at = FirstFrom(folder);
        return at < _sorted.Count && _sorted[at].StartsWith(folder, StringComparison.Ordinal);
    }

    /// <summary>True when the path is new.</summary>
    public bool Put(FileEntry entry)
    {
        var isNew = _files.TryAdd(entry.Path, entry);
        if (isNew)
        {
            _sorted.Insert(FirstFrom(entry.Path), entry.Path);
        }

        _files[entry.Path] = entry;
        return isNew;
    }

    public void Remove(string path)
    {
        if (_files.Remove(path))
        {
            _sorted.RemoveAt(FirstFrom(path));
        }
    }

    public IEnumerable<FileEntry> After(string prefix, string? after)
    {
        var at = FirstFrom(prefix);
        if (after is not null && string.CompareOrdinal(after, prefix) >= 0)
        {
            at = FirstFrom(after);
            at += at < _sorted.Count && string.Equals(_sorted[at], after, StringComparison.Ordinal) ? 1 : 0;
        }

        for (; at < _sorted.Count && _sorted[at].StartsWith(prefix, StringComparison.Ordinal); at++)
        {
            yield return _files[_sorted[at]];
        }
    }

    private int FirstFrom(string path)
    {
        var at = _sorted.BinarySearch(path, StringComparer.Ordinal);
        return at < 0 ? ~at : at;
    }
}
