using System.Buffers;
using System.Globalization;
using Platform.Abstractions.Audit;
using Platform.Hosting;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit.Sinks;

/// <summary>
/// A file of lines that only grows, closed and numbered when it is full: <c>audit.jsonl</c>, before it <c>audit.jsonl.000002</c>, before that <c>audit.jsonl.000001</c>. It is opened anew for each
/// batch, so somebody else may move it away; what a crash or a full disk left of a line is taken off before anything is added.
/// </summary>
internal sealed class LineFile(FileSinkOptions options) : IDisposable
{
    private const int MaxLine = 1 << 20;
    private const byte End = (byte)'\n';

    private static ReadOnlySpan<byte> Start => "{\"seq\":"u8;

    private readonly ArrayBufferWriter<byte> _lines = new(64 << 10);

    /// <summary>Returns when all of it is written, and on disk if that is asked for; after an exception none of it, or some whole lines, are.</summary>
    public void Append(IReadOnlyList<SinkEvent> events)
    {
        var file = Open();
        try
        {
            _lines.ResetWrittenCount();
            foreach (var entry in events)
            {
                var line = RecordLine.Write(entry.Row.Sequence, Convert.ToHexStringLower(entry.Row.Hash), SinkText.Of(entry.Row.Record));
                if (file.Length + _lines.WrittenCount is > 0 and var length && length + line.Length + 1 > options.MaxBytes)
                {
                    Write(file);
                    file.Dispose();
                    Rotate();
                    file = Open();
                }

                _lines.Write(line);
                _lines.Write([End]);
            }

            Write(file);
        }
        finally
        {
            file.Dispose();
        }
    }

    public void Dispose()
    {
    }

    private FileStream Open()
    {
        var info = new FileInfo(options.Path);
        if (info.LinkTarget is not null)
        {
            // Who can write to the directory could have us write into a file of ours.
            throw new IOException($"{options.Path} is a link; Platform:Audit:Sinks:File:Path names the file itself.");
        }

        var isNew = !info.Exists;
        var settings = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            settings.UnixCreateMode = PrivateFiles.OwnerFile;
        }

        var file = new FileStream(options.Path, settings);
        try
        {
            if (isNew)
            {
                PrivateFiles.SyncDirectory(info.DirectoryName!);
            }

            Mend(file);
            file.Seek(0, SeekOrigin.End);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private void Mend(FileStream file)
    {
        Span<byte> edge = stackalloc byte[Start.Length];
        if (file.Length == 0)
        {
            return;
        }

        if (file.Length >= Start.Length && (RandomAccess.Read(file.SafeFileHandle, edge, 0) < edge.Length || !edge.SequenceEqual(Start)))
        {
            throw new IOException($"{options.Path} holds something else than audit events; move it away, or set Platform:Audit:Sinks:File:Path to another file.");
        }

        if (RandomAccess.Read(file.SafeFileHandle, edge[..1], file.Length - 1) == 1 && edge[0] == End)
        {
            return;
        }

        var tail = new byte[(int)Math.Min(MaxLine, file.Length)];
        var from = file.Length - tail.Length;
        var read = RandomAccess.Read(file.SafeFileHandle, tail, from);
        var last = tail.AsSpan(0, read).LastIndexOf(End);
        if (last < 0 && from > 0)
        {
            throw new IOException($"{options.Path} holds something else than lines; move it away, or set Platform:Audit:Sinks:File:Path to another file.");
        }

        file.SetLength(from + last + 1);
    }

    private void Write(FileStream file)
    {
        var length = file.Length;
        try
        {
            file.Write(_lines.WrittenSpan);
            file.Flush(flushToDisk: options.Sync is "batch");
            _lines.ResetWrittenCount();
        }
        catch
        {
            TakeBack(file, length);
            throw;
        }
    }

    private static void TakeBack(FileStream file, long length)
    {
        try
        {
            file.SetLength(length);
        }
        catch (IOException)
        {
            // The next one who opens it takes the torn line off; whole lines may stay and come again.
        }
    }

    private void Rotate()
    {
        var directory = Path.GetDirectoryName(options.Path)!;
        var older = Older(directory);
        var next = older.Count == 0 ? 1 : older[^1].Number + 1;
        File.Move(options.Path, string.Create(CultureInfo.InvariantCulture, $"{options.Path}.{next:D6}"));
        PrivateFiles.SyncDirectory(directory);

        // With the one just closed and the one that is opened next.
        foreach (var (_, path) in older.Take(older.Count + 2 - options.MaxFiles))
        {
            File.Delete(path);
        }
    }

    /// <summary>Closed files, oldest first.</summary>
    private List<(int Number, string Path)> Older(string directory)
    {
        var name = Path.GetFileName(options.Path) + ".";
        return [.. Directory.EnumerateFiles(directory, name + "*")
            .Where(path => Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal))
            .Select(path => (Number: int.TryParse(Path.GetFileName(path).AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0, Path: path))
            .Where(file => file.Number > 0)
            .OrderBy(file => file.Number)];
    }
}
