namespace Platform.Grains.Files;

/// <summary>
/// Bytes and number of one tenant's files: those that are there, and those for which uploads under way have set room aside. An upload that replaces a file counts beside it, as it does on the disk.
/// </summary>
internal sealed class FileRoom(long maxBytes, int maxCount)
{
    private readonly Dictionary<string, long> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, UploadRoom> _uploads = new(StringComparer.Ordinal);

    public long Bytes { get; private set; }

    public long MaxBytes => maxBytes;

    public int MaxCount => maxCount;

    /// <summary>Files, and uploads of paths that have none.</summary>
    public int Count => _files.Count + _uploads.Values.Count(upload => !_files.ContainsKey(upload.Path));

    public int Uploads => _uploads.Count;

    /// <summary>False when the bytes, or one file more, do not fit.</summary>
    public bool TryBegin(string upload, UploadRoom room)
    {
        if (room.Bytes > maxBytes - Bytes || (!_files.ContainsKey(room.Path) && Count >= maxCount))
        {
            return false;
        }

        _uploads.Add(upload, room);
        Bytes += room.Bytes;
        return true;
    }

    /// <summary>Sets so much aside for the upload in all, never less than before, and notes that it lives. False when it does not fit, or nobody knows it.</summary>
    public bool TryExtend(string upload, long bytes, DateTimeOffset now)
    {
        if (!_uploads.TryGetValue(upload, out var room))
        {
            return false;
        }

        var more = Math.Max(bytes - room.Bytes, 0);
        if (more > maxBytes - Bytes)
        {
            return false;
        }

        _uploads[upload] = room with { Bytes = room.Bytes + more, At = now };
        Bytes += more;
        return true;
    }

    /// <summary>Null when nobody knows the upload.</summary>
    public UploadRoom? Find(string upload) => _uploads.TryGetValue(upload, out var room) ? room : null;

    public void Release(string upload)
    {
        if (_uploads.Remove(upload, out var room))
        {
            Bytes -= room.Bytes;
        }
    }

    /// <summary>The file is there, with this size.</summary>
    public void Put(string path, long bytes)
    {
        Remove(path);
        _files[path] = bytes;
        Bytes += bytes;
    }

    public void Remove(string path)
    {
        if (_files.Remove(path, out var bytes))
        {
            Bytes -= bytes;
        }
    }

    /// <summary>Uploads that last showed that they live before this instant.</summary>
    public string[] SilentSince(DateTimeOffset instant) => [.. _uploads.Where(upload => upload.Value.At < instant).Select(upload => upload.Key)];
}

/// <param name="Path">Where the upload is to go.</param>
/// <param name="Expected">The version that it replaces; 0 for none.</param>
/// <param name="Bytes">Set aside for it.</param>
/// <param name="At">When it last showed that it lives.</param>
internal readonly record struct UploadRoom(string Path, long Expected, long Bytes, DateTimeOffset At);
