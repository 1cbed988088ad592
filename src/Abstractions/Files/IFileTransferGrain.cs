using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Files;

/// <summary>A piece of a file on its way.</summary>
/// <param name="Bytes">At most <see cref="MaxBytes"/>; the sender may use the array again once it was answered.</param>
/// <param name="Count">How many of them count.</param>
[GenerateSerializer, Alias("file-chunk"), Immutable]
public sealed record FileChunk([property: Id(0)] byte[] Bytes, [property: Id(1)] int Count)
{
    /// <summary>Below what the runtime calls a large object.</summary>
    public const int MaxBytes = 64 * 1024;
}

/// <summary>One upload under way, on the silo that holds its temporary file. Key: <c>{tenant}/{upload}</c>. One that hears nothing for a while gives up and takes everything back.</summary>
[Alias("file-upload")]
public interface IFileUploadGrain : IGrainWithStringKey
{
    /// <summary>Appends. A refusal ends the upload.</summary>
    [Alias("append")]
    Task<Problem?> AppendAsync(FileChunk chunk);

    /// <summary>The content is whole: makes it the file, durably.</summary>
    [Alias("complete")]
    Task<Result<FileEntry>> CompleteAsync();

    /// <summary>Gives the room back. Does no harm when it is over already.</summary>
    [Alias("abort")]
    Task AbortAsync();
}

/// <summary>One open file that somebody reads, whatever happens to its path meanwhile. Key: <c>{tenant}/{any id}</c>. One that hears nothing for a while closes itself.</summary>
[Alias("file-download")]
public interface IFileDownloadGrain : IGrainWithStringKey
{
    /// <summary>Opens the file and says which version of it this is.</summary>
    [Alias("open")]
    Task<Result<FileEntry>> OpenAsync(string path);

    /// <summary>The bytes from an offset on; <c>unavailable</c> when the file is not open or is not what its record says.</summary>
    [Alias("read")]
    Task<Result<FileChunk>> ReadAsync(long offset, int count);

    [Alias("close")]
    Task CloseAsync();
}
