namespace Platform.System.Tests.PowerCut;

/// <summary>
/// A folder on a disk that forgets, when the power goes, whatever no <c>fsync</c> made durable: bytes of a file by an fsync of that file which began after
/// they were written, names in a folder by an fsync of the folder. Stricter than the file systems in use, as POSIX allows.
/// </summary>
internal sealed class VolatileDisk
{
    private const int Sector = 512;
    private readonly string _root;
    private readonly Dictionary<string, Inode> _durable = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Inode> _live = new(StringComparer.Ordinal);
    private long _writes;

    /// <param name="root">What is there now is durable.</param>
    public VolatileDisk(string root)
    {
        _root = root;
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Where(IsOurs))
        {
            _live[file] = _durable[file] = new Inode { Synced = File.ReadAllBytes(file) };
        }
    }

    /// <summary>Plays the calls and hands out the disk at each of the moments, in microseconds of the epoch, ascending.</summary>
    public void Play(IEnumerable<Syscall> calls, IReadOnlyList<long> moments, Action<int> atMoment)
    {
        var steps = calls.SelectMany(call => IsSync(call) ? new[] { (At: call.Entered, Call: call, IsEntry: true), (At: call.Left, Call: call, IsEntry: false) } : [(At: call.Left, Call: call, IsEntry: false)])
            .OrderBy(step => step.At);
        var marks = new Dictionary<Syscall, long>(ReferenceEqualityComparer.Instance);
        var next = 0;
        foreach (var (at, call, isEntry) in steps)
        {
            for (; next < moments.Count && moments[next] < at; next++)
            {
                atMoment(next);
            }

            if (!call.Succeeded)
            {
                continue;
            }

            if (isEntry)
            {
                marks[call] = _writes;
            }
            else
            {
                Apply(call, marks.GetValueOrDefault(call));
            }
        }

        for (; next < moments.Count; next++)
        {
            atMoment(next);
        }
    }

    /// <summary>Writes what is left after a power cut into an empty folder.</summary>
    /// <param name="torn">Null: all that was not durable is gone. Else some of its sectors, drawn by chance, made it to the disk.</param>
    public void CutTo(string folder, Random? torn)
    {
        var names = torn is not null && torn.Next(2) == 0 ? _live : _durable;
        foreach (var (path, inode) in names)
        {
            var target = Path.Combine(folder, Path.GetRelativePath(_root, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.WriteAllBytes(target, inode.AfterCut(torn));
            File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private void Apply(Syscall call, long mark)
    {
        switch (call.Name)
        {
            case "fsync" or "fdatasync":
                Sync(call.DescriptorPath, mark);
                break;
            case "pwrite64" when IsOurs(call.DescriptorPath):
                var offset = call.FromEnd(1);
                var written = int.Parse(call.Result.Split(' ')[0], global::System.Globalization.CultureInfo.InvariantCulture);
                At(call.DescriptorPath).Pending.Add(new Change(++_writes, offset, call.Strings[0][..written], null));
                break;
            case "ftruncate" when IsOurs(call.DescriptorPath):
                At(call.DescriptorPath).Pending.Add(new Change(++_writes, 0, [], call.FromEnd(1)));
                break;
            case "open" or "openat" or "creat":
                Open(call);
                break;
            case "rename" when call.Strings is [var from, var to] && IsOurs(Text(from)):
                if (_live.Remove(Text(from), out var moved))
                {
                    _live[Text(to)] = moved;
                }

                break;
            case "unlink" or "unlinkat" when IsOurs(Text(call.Strings[0])):
                _live.Remove(Text(call.Strings[0]));
                break;
            default:
                // What this disk does not know it must not pass over in silence.
                if (IsOurs(call.DescriptorPath) || (!call.Name.Contains("write", StringComparison.Ordinal) && call.Strings.Any(text => IsOurs(Text(text)))))
                {
                    throw new NotSupportedException($"{call.Name} of {call.DescriptorPath} is not known here.");
                }

                break;
        }
    }

    private void Open(Syscall call)
    {
        var path = Text(call.Strings[0]);
        if (!IsOurs(path) || !call.Arguments.Contains("O_CREAT", StringComparison.Ordinal) && !call.Arguments.Contains("O_TRUNC", StringComparison.Ordinal))
        {
            return;
        }

        var inode = At(path);
        if (call.Arguments.Contains("O_TRUNC", StringComparison.Ordinal))
        {
            inode.Pending.Add(new Change(++_writes, 0, [], 0));
        }
    }

    private void Sync(string path, long mark)
    {
        if (_live.TryGetValue(path, out var inode))
        {
            inode.Sync(mark);
            return;
        }

        foreach (var gone in _durable.Keys.Where(name => InFolder(name) && !_live.ContainsKey(name)).ToList())
        {
            _durable.Remove(gone);
        }

        foreach (var (name, there) in _live.Where(entry => InFolder(entry.Key)))
        {
            _durable[name] = there;
        }

        bool InFolder(string name) => string.Equals(Path.GetDirectoryName(name), path, StringComparison.Ordinal);
    }

    private Inode At(string path) => _live.TryGetValue(path, out var inode) ? inode : _live[path] = new Inode();

    // The shared-memory index of a WAL is made anew from the WAL; SQLite never relies on it after a crash.
    private bool IsOurs(string path) => path.StartsWith(_root + "/", StringComparison.Ordinal) && !path.EndsWith("-shm", StringComparison.Ordinal);

    private static bool IsSync(Syscall call) => call.Name is "fsync" or "fdatasync";

    private static string Text(byte[] bytes) => global::System.Text.Encoding.UTF8.GetString(bytes);

    private sealed record Change(long Number, long Offset, byte[] Bytes, long? Length);

    private sealed class Inode
    {
        public byte[] Synced { get; set; } = [];

        public List<Change> Pending { get; } = [];

        public void Sync(long mark)
        {
            foreach (var change in Pending.Where(change => change.Number <= mark))
            {
                Synced = With(Synced, change, null);
            }

            Pending.RemoveAll(change => change.Number <= mark);
        }

        public byte[] AfterCut(Random? torn) => torn is null ? Synced : Pending.Aggregate(Synced.ToArray(), (bytes, change) => With(bytes, change, torn));

        private static byte[] With(byte[] bytes, Change change, Random? torn)
        {
            if (change.Length is { } length)
            {
                if (torn is null || torn.Next(2) == 0)
                {
                    Array.Resize(ref bytes, (int)length);
                }

                return bytes;
            }

            for (var at = 0; at < change.Bytes.Length; at += Sector)
            {
                var size = Math.Min(Sector, change.Bytes.Length - at);
                if (torn is not null && torn.Next(2) == 0)
                {
                    continue;
                }

                var end = (int)change.Offset + at + size;
                if (bytes.Length < end)
                {
                    Array.Resize(ref bytes, end);
                }

                change.Bytes.AsSpan(at, size).CopyTo(bytes.AsSpan((int)change.Offset + at));
            }

            return bytes;
        }
    }
}
