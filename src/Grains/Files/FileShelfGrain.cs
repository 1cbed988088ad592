using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Files;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Files;

/// <summary>A tenant's files in memory, rebuilt from their records (docs/adr/0005). Not reentrant: that a file's content and its record change together is seen by nobody halfway.</summary>
[GrainType("file-shelf")]
internal sealed class FileShelfGrain(IStateIndex rows, IFileStore store, TenantGrains grains, IOptions<GrainOptions> options, TimeProvider clock) : Grain, IFileShelfGrain
{
    /// <summary>Of one tenant, at one time.</summary>
    private const int MaxUploads = 64;
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(10);

    private readonly FileRules _rules = options.Value.Files;
    private readonly FileRoom _room = new(options.Value.Files.TenantBytes, options.Value.Files.MaxFiles);
    private readonly FileIndex _index = new();
    private long _lastVersion;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var tenant = GrainContext.TenantOf();
        await foreach (var row in rows.AllAsync(tenant.ToString(), "file-record", cancellationToken))
        {
            if (row.Info is null || JsonSerializer.Deserialize(row.Info, GrainStateJson.Default.FileRecordInfo) is not { } info)
            {
                continue;
            }

            if (info.Coming is null)
            {
                Learn(info.Entry);
            }
            else
            {
                Learn(await RecordOf(info.Coming.Path).SettleAsync());
            }
        }

        // Uploads that another activation knew of cannot end well: what they are to replace may have changed.
        await store.DiscardAllAsync(tenant);
        this.RegisterGrainTimer(SweepAsync, new GrainTimerCreationOptions { DueTime = SweepEvery, Period = SweepEvery });
    }

    public Task<Result<UploadTicket>> BeginAsync(BeginUpload command, Caller caller)
    {
        if (!FilePath.TryParse(command.Path, out var path))
        {
            return Refuse(Problem.InvalidParams("This is not the path of a file."));
        }

        if (_rules.Types.Of(path) is null)
        {
            return Refuse(new Problem(ProblemCode.UnsupportedMediaType, $"A file's name ends in one of {_rules.Types.Names}, in lower case."));
        }

        if (command.Size > _rules.MaxFileBytes)
        {
            return Refuse(TooLarge());
        }

        if (Check(new UploadRoom(command.Path, command.Expected, 0, default)) is { } refused)
        {
            return Refuse(refused);
        }

        if (_room.Uploads >= MaxUploads)
        {
            return Refuse(new Problem(ProblemCode.RateLimited, $"This tenant has {MaxUploads} uploads under way; wait until one of them is over.") { RetryAfter = TimeSpan.FromSeconds(5) });
        }

        var upload = Guid.NewGuid().ToString("N");
        return _room.TryBegin(upload, new UploadRoom(command.Path, command.Expected, command.Size ?? 0, clock.GetUtcNow()))
            ? Task.FromResult<Result<UploadTicket>>(new UploadTicket(upload, _rules.MaxFileBytes))
            : Refuse(Full());
    }

    public Task<Problem?> ExtendAsync(string upload, long bytes) => Task.FromResult(Extend(upload, bytes));

    public async Task<Result<FileEntry>> CommitAsync(FileArrival arrival)
    {
        try
        {
            // Room was set aside for what came, or there is none; and nobody was faster.
            if ((Extend(arrival.Id, arrival.Size) ?? Check(_room.Find(arrival.Id)!.Value)) is { } refused)
            {
                return refused;
            }

            var path = _room.Find(arrival.Id)!.Value.Path;
            var isNew = _index.Find(path) is null;
            var now = clock.GetUtcNow();
            var entry = new FileEntry { Path = path, Size = arrival.Size, Sha256 = arrival.Sha256, ModifiedAt = now, Version = Math.Max(_lastVersion + 1, now.ToUnixTimeMilliseconds()), IsUtf8 = arrival.IsUtf8 };
            if (await PlaceAsync(arrival.Id, entry) is { } unplaced)
            {
                return unplaced;
            }

            await PublishAsync(path, isNew);
            return Shown(entry);
        }
        finally
        {
            await ReleaseAsync(arrival.Id);
        }
    }

    public async Task ReleaseAsync(string upload)
    {
        if (_room.Find(upload) is not null)
        {
            _room.Release(upload);
            await store.DiscardAsync(GrainContext.TenantOf(), upload);
        }
    }

    public Task<Result<FileEntry>> FindAsync(string path) =>
        Task.FromResult<Result<FileEntry>>(_index.Find(path) is { } entry && TypeOf(entry) is not null ? Shown(entry) : Problem.ResourceNotFound());

    public Task<long?> VersionAsync(string path) => Task.FromResult(_index.Find(path)?.Version);

    public async Task<Problem?> DeleteAsync(string path, long expected, Caller caller)
    {
        if (_index.Find(path) is null)
        {
            return Problem.ResourceNotFound();
        }

        if (CheckVersion(path, expected) is { } changed)
        {
            return changed;
        }

        await RecordOf(path).RemoveAsync();
        _index.Remove(path);
        _room.Remove(path);
        await PublishAsync(path, listChanged: true);
        return null;
    }

    public Task<FileEntry[]> PageAsync(string prefix, string? after, int pageSize) =>
        Task.FromResult(_index.After(prefix, after).Take(Math.Clamp(pageSize, 1, 1_001)).Select(Shown).ToArray());

    public Task<FileUsage> UsageAsync() => Task.FromResult(new FileUsage(_room.Bytes, _room.MaxBytes, _room.Count, _room.MaxCount));

    private async Task<Problem?> PlaceAsync(string upload, FileEntry entry)
    {
        var record = RecordOf(entry.Path);
        try
        {
            if ((await record.PlaceAsync(upload, entry)).Problem is { } refused)
            {
                return refused;
            }

            Learn(entry);
            return null;
        }
        catch
        {
            // It may or may not be in place: the record finds out, here or when the next activation asks it.
            DeactivateOnIdle();
            throw;
        }
    }

    private async Task SweepAsync(CancellationToken cancel)
    {
        foreach (var upload in _room.SilentSince(clock.GetUtcNow() - FileUploadGrain.Patience - SweepEvery))
        {
            await ReleaseAsync(upload);
        }
    }

    private Problem? Extend(string upload, long bytes) =>
        _room.Find(upload) is null ? new Problem(ProblemCode.Unavailable, "The upload was interrupted; send the file again.")
        : bytes > _rules.MaxFileBytes ? TooLarge()
        : _room.TryExtend(upload, bytes, clock.GetUtcNow()) ? null : Full();

    private Problem? Check(UploadRoom upload) =>
        CheckVersion(upload.Path, upload.Expected)
        ?? (_index.Clashes(upload.Path) ? Problem.Conflict("A folder has this name, or a file has the name of one of its folders.") : null);

    private Problem? CheckVersion(string path, long expected) =>
        (_index.Find(path)?.Version ?? 0) == expected ? null : new Problem(ProblemCode.PreconditionFailed, "The file was changed since it was read, or is not as the request expects. Read it again.");

    private void Learn(FileEntry? entry)
    {
        if (entry is not null)
        {
            _index.Put(entry);
            _room.Put(entry.Path, entry.Size);
            _lastVersion = Math.Max(_lastVersion, entry.Version);
        }
    }

    private string? TypeOf(FileEntry entry) => FilePath.TryParse(entry.Path, out var path) ? _rules.Types.Of(path) : null;

    // A file whose extension is not accepted any more is listed, so that it can be deleted.
    private FileEntry Shown(FileEntry entry) => entry with { MimeType = TypeOf(entry) ?? "application/octet-stream", IsServed = TypeOf(entry) is not null };

    private Problem Full() =>
        Problem.QuotaExceeded($"This tenant may hold {_room.MaxBytes} bytes in {_room.MaxCount} files and has {_room.Bytes} bytes in {_room.Count}, uploads under way included. Delete some first.");

    private Problem TooLarge() => new(ProblemCode.TooLarge, $"A file has at most {_rules.MaxFileBytes} bytes.");

    private static Task<Result<UploadTicket>> Refuse(Problem problem) => Task.FromResult<Result<UploadTicket>>(problem);

    private Task PublishAsync(string path, bool listChanged)
    {
        if (!FilePath.TryParse(path, out var file))
        {
            return Task.CompletedTask;
        }

        var changed = new CatalogueChange(CatalogueChangeKind.Resource, file.Uri);
        return grains.For(GrainContext.TenantOf()).The<ICatalogueGrain>().PublishAsync(listChanged ? [new CatalogueChange(CatalogueChangeKind.Resources), changed] : [changed]);
    }

    // A path can be longer than a key.
    private IFileRecordGrain RecordOf(string path) =>
        grains.For(GrainContext.TenantOf()).Get<IFileRecordGrain>(Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(path))));
}
