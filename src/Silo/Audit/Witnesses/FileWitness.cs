using System.Text;
using Platform.Abstractions.Audit;
using Platform.Silo.Storage;

namespace Platform.Silo.Audit.Witnesses;

/// <summary>A line for each checkpoint in a file that is only ever appended to; <c>chattr +a</c> lets nobody do anything else. Moved away, it begins anew with all heads.</summary>
internal sealed class FileWitness(string path) : IAuditWitness
{
    public string Name => "file";

    public async Task<WitnessRecord?> LastAsync(CancellationToken cancel)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var reader = new WitnessReader();
        await foreach (var line in File.ReadLinesAsync(path, Encoding.UTF8, cancel))
        {
            // A line that a power cut left incomplete is none; the records after it that build on it are passed over until one has all heads.
            if (WitnessRecord.TryRead(Encoding.UTF8.GetBytes(line), out var record))
            {
                reader.Add(record);
            }
        }

        return reader.Whole();
    }

    public async Task WriteAsync(WitnessRecord record, CancellationToken cancel)
    {
        var isNew = !File.Exists(path);
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = PrivateFiles.OwnerFile;
        }

        var ends = isNew || EndsWithLine();
        await using var file = new FileStream(path, options);
        await file.WriteAsync((byte[])[.. ends ? [] : "\n"u8.ToArray(), .. record.Write(), (byte)'\n'], cancel);
        file.Flush(flushToDisk: true);
        if (isNew)
        {
            PrivateFiles.SyncDirectory(Path.GetDirectoryName(path)!);
        }
    }

    private bool EndsWithLine()
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.Length == 0)
        {
            return true;
        }

        file.Position = file.Length - 1;
        return file.ReadByte() == '\n';
    }
}
