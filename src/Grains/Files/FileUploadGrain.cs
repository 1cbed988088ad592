using System.Security.Cryptography;
using Platform.Abstractions.Files;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Files;

/// <summary>Receives one file: to its temporary file, within the room that the shelf set aside, counted, hashed and checked for UTF-8 on the way.</summary>
[GrainType("file-upload")]
internal sealed class FileUploadGrain(IFileStore store, TenantGrains grains, TimeProvider clock) : Grain, IFileUploadGrain
{
    /// <summary>An upload that hears nothing from its client for so long is over.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(10);

    /// <summary>Room is asked for ahead, so that not every piece costs a call: as much again as came, and no more than this.</summary>
    private const long MaxAhead = 1024 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Utf8Check _text = new();
    private IUploadFile? _file;
    private DateTimeOffset _heard;
    private long _size;

    // Below nothing, so that even an empty file asks whether the shelf knows it.
    private long _room = -1;
    private bool _isOver;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _heard = clock.GetUtcNow();
        this.RegisterGrainTimer(BeatAsync, new GrainTimerCreationOptions { DueTime = Beat, Period = Beat, KeepAlive = true });
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Close();
        _hash.Dispose();
        return Task.CompletedTask;
    }

    public async Task<Problem?> AppendAsync(FileChunk chunk)
    {
        if (_isOver)
        {
            return Interrupted();
        }

        if (chunk.Count is < 0 or > FileChunk.MaxBytes || chunk.Count > chunk.Bytes.Length)
        {
            return Problem.InvalidParams("The piece is not as long as it says.");
        }

        _heard = clock.GetUtcNow();
        try
        {
            if (await RoomForAsync(_size + chunk.Count) is { } refused)
            {
                await EndAsync();
                return refused;
            }

            _file ??= await store.CreateAsync(GrainContext.TenantOf(), Upload);
            var bytes = chunk.Bytes.AsMemory(0, chunk.Count);
            await _file.AppendAsync(bytes);
            _hash.AppendData(bytes.Span);
            _text.Append(bytes.Span);
            _size += chunk.Count;
            return null;
        }
        catch
        {
            await EndAsync();
            throw;
        }
    }

    public async Task<Result<FileEntry>> CompleteAsync()
    {
        if (_isOver)
        {
            return Interrupted();
        }

        try
        {
            if (await RoomForAsync(_size) is { } refused)
            {
                return refused;
            }

            // An empty file had no piece.
            _file ??= await store.CreateAsync(GrainContext.TenantOf(), Upload);
            await _file.FlushAsync();
            Close();
            return await Shelf.CommitAsync(new FileArrival(Upload, _size, Convert.ToHexStringLower(_hash.GetHashAndReset())) { IsUtf8 = _text.IsValid });
        }
        finally
        {
            await EndAsync();
        }
    }

    public Task AbortAsync() => EndAsync();

    private async ValueTask<Problem?> RoomForAsync(long size)
    {
        if (size <= _room)
        {
            return null;
        }

        // Near the quota's end that may not fit though the piece does.
        var wanted = size + Math.Min(size, MaxAhead);
        if (await Shelf.ExtendAsync(Upload, wanted) is null)
        {
            _room = wanted;
            return null;
        }

        if (await Shelf.ExtendAsync(Upload, size) is { } refused)
        {
            return refused;
        }

        _room = size;
        return null;
    }

    private async Task BeatAsync(CancellationToken cancel)
    {
        if (clock.GetUtcNow() - _heard >= Patience || await Shelf.ExtendAsync(Upload, 0) is not null)
        {
            await EndAsync();
        }
    }

    private async Task EndAsync()
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        Close();
        DeactivateOnIdle();
        await Shelf.ReleaseAsync(Upload);
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    private static Problem Interrupted() => new(ProblemCode.Unavailable, "The upload was interrupted; send the file again.");

    private string Upload => GrainContext.RestOf();

    private IFileShelfGrain Shelf => grains.For(GrainContext.TenantOf()).The<IFileShelfGrain>();
}
