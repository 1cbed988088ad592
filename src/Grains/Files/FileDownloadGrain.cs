using Platform.Abstractions.Files;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Files;

/// <summary>Holds one file open for one reader. What is read is the version that was opened, to the byte, or a refusal.</summary>
[GrainType("file-download")]
internal sealed class FileDownloadGrain(IFileStore store, TenantGrains grains, TimeProvider clock) : Grain, IFileDownloadGrain
{
    /// <summary>A slow client has minutes for a piece; one that is gone holds no file open.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(30);
    private const int Attempts = 5;

    private IOpenFile? _file;
    private FileEntry? _entry;
    private DateTimeOffset _heard;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _heard = clock.GetUtcNow();
        this.RegisterGrainTimer(BeatAsync, new GrainTimerCreationOptions { DueTime = Beat, Period = Beat, KeepAlive = true });
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _file?.Dispose();
        return Task.CompletedTask;
    }

    public async Task<Result<FileEntry>> OpenAsync(string path)
    {
        if (_file is not null || !FilePath.TryParse(path, out var file))
        {
            return Refuse(Problem.ResourceNotFound());
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (!(await Shelf.FindAsync(path)).Try(out var before, out var unknown))
            {
                return Refuse(unknown);
            }

            var opened = await store.OpenAsync(GrainContext.TenantOf(), file);

            // The shelf changes content and record in one turn: the same version before and after is the version that was opened.
            if ((await Shelf.FindAsync(path)).Try(out var after, out _) && after.Version == before.Version)
            {
                if (opened is null || opened.Size != before.Size)
                {
                    // Somebody else was at the disk.
                    opened?.Dispose();
                    return Refuse(Problem.ResourceNotFound());
                }

                (_file, _entry) = (opened, before);
                return before;
            }

            opened?.Dispose();
        }

        return Refuse(Unavailable());
    }

    public async Task<Result<FileChunk>> ReadAsync(long offset, int count)
    {
        _heard = clock.GetUtcNow();
        if (_file is null || _entry is null || offset < 0 || count < 0)
        {
            return Unavailable();
        }

        // The size is asked of the open file each time: one that grew or shrank under us is not the one that was recorded (RS-2).
        var bytes = new byte[(int)Math.Min(Math.Min(count, FileChunk.MaxBytes), Math.Max(_entry.Size - offset, 0))];
        for (var filled = 0; filled < bytes.Length;)
        {
            var read = await _file.ReadAsync(bytes.AsMemory(filled), offset + filled);
            if (read == 0)
            {
                return Unavailable();
            }

            filled += read;
        }

        return _file.Size == _entry.Size ? new FileChunk(bytes, bytes.Length) : Unavailable();
    }

    public Task CloseAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private Task BeatAsync(CancellationToken cancel)
    {
        if (clock.GetUtcNow() - _heard >= Patience)
        {
            DeactivateOnIdle();
        }

        return Task.CompletedTask;
    }

    private Problem Refuse(Problem problem)
    {
        DeactivateOnIdle();
        return problem;
    }

    private static Problem Unavailable() => new(ProblemCode.Unavailable, "The file cannot be read now; ask again.");

    private IFileShelfGrain Shelf => grains.For(GrainContext.TenantOf()).The<IFileShelfGrain>();
}
