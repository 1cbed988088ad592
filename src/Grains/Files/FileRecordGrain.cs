using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Abstractions.Files;
using Platform.Abstractions.Problems;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Files;

public sealed record FileRecordState : IProjected
{
    /// <summary>The file that is there; null when there is none yet.</summary>
    public FileEntry? Entry { get; init; }

    /// <summary>The file that is about to be there: after a crash the content says whether it is.</summary>
    public FileEntry? Coming { get; init; }

    [JsonIgnore]
    public string? Info => Entry is null && Coming is null ? null : JsonSerializer.Serialize(new FileRecordInfo(Entry, Coming), GrainStateJson.Default.FileRecordInfo);

    [JsonIgnore]
    public DateTimeOffset? ExpiresAt => null;
}

/// <summary>What the shelf is rebuilt from.</summary>
public sealed record FileRecordInfo(FileEntry? Entry, FileEntry? Coming);

[GrainType("file-record")]
internal sealed class FileRecordGrain([PersistentState("file")] IPersistentState<FileRecordState> state, IFileStore store) : Grain, IFileRecordGrain
{
    public async Task<Result<FileEntry>> PlaceAsync(string upload, FileEntry entry)
    {
        var tenant = GrainContext.TenantOf();
        await state.SaveAsync(state.State with { Coming = entry });
        if (!await store.PlaceAsync(tenant, upload, PathOf(entry)))
        {
            await ForgetComingAsync();
            return Problem.Conflict("A folder has this name, or a file has the name of one of its folders.");
        }

        await state.SaveAsync(new FileRecordState { Entry = entry });

        // Whoever reads a file asks the shelf.
        DeactivateOnIdle();
        return entry;
    }

    public async Task<FileEntry?> SettleAsync()
    {
        DeactivateOnIdle();
        if (state.State.Coming is not { } coming)
        {
            return state.State.Entry;
        }

        if (await IsThereAsync(coming))
        {
            await state.SaveAsync(new FileRecordState { Entry = coming });
        }
        else
        {
            await ForgetComingAsync();
        }

        return state.State.Entry;
    }

    public async Task RemoveAsync()
    {
        // First the content: a record without one reads as no file, a file without a record would take room that nobody counts.
        if ((state.State.Entry ?? state.State.Coming) is { } entry)
        {
            await store.RemoveAsync(GrainContext.TenantOf(), PathOf(entry));
        }

        await ClearAsync();
        DeactivateOnIdle();
    }

    private Task ForgetComingAsync() => state.State.Entry is null ? ClearAsync() : state.SaveAsync(new FileRecordState { Entry = state.State.Entry });

    private async Task ClearAsync()
    {
        await state.ClearStateAsync();
        state.State = new FileRecordState();
    }

    private async Task<bool> IsThereAsync(FileEntry coming)
    {
        using var file = await store.OpenAsync(GrainContext.TenantOf(), PathOf(coming));
        if (file is null || file.Size != coming.Size)
        {
            return false;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[FileChunk.MaxBytes];
        for (var at = 0L; at < coming.Size;)
        {
            var read = await file.ReadAsync(buffer, at);
            if (read == 0)
            {
                return false;
            }

            hash.AppendData(buffer.AsSpan(0, read));
            at += read;
        }

        return string.Equals(Convert.ToHexStringLower(hash.GetHashAndReset()), coming.Sha256, StringComparison.Ordinal);
    }

    private static FilePath PathOf(FileEntry entry) =>
        FilePath.TryParse(entry.Path, out var path) ? path : throw new InvalidOperationException("The record of a file names no path.");
}
