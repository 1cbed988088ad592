using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Files;

/// <summary>
/// A tenant's files and the room they take. Key: <c>{tenant}</c>. Rebuilt from the files' own records. Everything that changes a file goes through here, one at a time.
/// </summary>
[Alias("file-shelf")]
public interface IFileShelfGrain : IGrainWithStringKey
{
    /// <summary>
    /// Sets room aside for an upload. <c>quota-exceeded</c> when bytes or count do not fit, <c>precondition-failed</c> when another version is there,
    /// <c>unsupported-media-type</c> when the extension is not accepted, <c>too-large</c> when the declared size is.
    /// </summary>
    [Alias("begin")]
    Task<Result<UploadTicket>> BeginAsync(BeginUpload command, Caller caller);

    /// <summary>Sets more aside for an upload under way, which shows at the same time that it lives. <c>unavailable</c> when nobody knows it any more.</summary>
    [Alias("extend")]
    Task<Problem?> ExtendAsync(string upload, long bytes);

    /// <summary>Puts the upload in the place of the file and answers when it is on disk. The upload is over, whatever the answer.</summary>
    [Alias("commit")]
    Task<Result<FileEntry>> CommitAsync(FileArrival arrival);

    /// <summary>The upload is over and brought nothing: its room is free again.</summary>
    [Alias("release")]
    Task ReleaseAsync(string upload);

    /// <summary>The file that may be read; <c>resource-not-found</c> when there is none or its extension is not accepted any more.</summary>
    [Alias("find")]
    Task<Result<FileEntry>> FindAsync(string path);

    /// <summary>The version that is there, whether it may be read or not; null when there is none.</summary>
    [Alias("version")]
    Task<long?> VersionAsync(string path);

    /// <summary>Deletes the file, or <c>precondition-failed</c> when another version is there.</summary>
    /// <param name="path">Decoded.</param>
    /// <param name="expected">The version that is to go.</param>
    /// <param name="caller">Who wants it gone.</param>
    [Alias("delete")]
    Task<Problem?> DeleteAsync(string path, long expected, Caller caller);

    /// <summary>Files by path, ordinal order, whose path begins with the prefix.</summary>
    [Alias("page")]
    Task<FileEntry[]> PageAsync(string prefix, string? after, int pageSize);

    [Alias("usage")]
    Task<FileUsage> UsageAsync();
}

/// <summary>The record of one file, kept beside its content so that a crash leaves both old or both new. Key: <c>{tenant}/{hash of the path}</c>. Only the shelf calls it.</summary>
[Alias("file-record")]
public interface IFileRecordGrain : IGrainWithStringKey
{
    /// <summary>Writes what is about to happen, puts the upload in place, writes that it happened.</summary>
    [Alias("place")]
    Task<Result<FileEntry>> PlaceAsync(string upload, FileEntry entry);

    /// <summary>Finds out what became of a placement that was interrupted; the file as it is, or null.</summary>
    [Alias("settle")]
    Task<FileEntry?> SettleAsync();

    [Alias("remove")]
    Task RemoveAsync();
}
