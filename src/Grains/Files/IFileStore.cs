using Platform.Abstractions.Files;
using Platform.Abstractions.Tenants;

namespace Platform.Grains.Files;

/// <summary>
/// Where the bytes of tenants' files are (docs/adr/0017). Nothing that it does leaves the tenant's own root, whoever else writes there. A cluster's silos share one.
/// </summary>
public interface IFileStore
{
    /// <summary>Opens a new temporary file of the upload.</summary>
    ValueTask<IUploadFile> CreateAsync(TenantId tenant, string upload);

    /// <summary>Makes the upload the file of this path and returns when that is on disk. False when a folder has the name, or a file has a folder's.</summary>
    ValueTask<bool> PlaceAsync(TenantId tenant, string upload, FilePath path);

    /// <summary>Deletes the upload's temporary file, if it is there.</summary>
    ValueTask DiscardAsync(TenantId tenant, string upload);

    /// <summary>Deletes every temporary file of the tenant's: nobody writes them any more.</summary>
    ValueTask DiscardAllAsync(TenantId tenant);

    /// <summary>Null when there is no regular file of exactly one name.</summary>
    ValueTask<IOpenFile?> OpenAsync(TenantId tenant, FilePath path);

    /// <summary>Deletes the file, if it is there, and folders that are empty without it; on disk when it returns.</summary>
    ValueTask RemoveAsync(TenantId tenant, FilePath path);

    /// <summary>Deletes everything that the tenant has, whatever it is, and follows nothing out of its root. Can be asked again after a crash.</summary>
    ValueTask PurgeAsync(TenantId tenant, CancellationToken cancel);
}

/// <summary>A temporary file that grows.</summary>
public interface IUploadFile : IDisposable
{
    ValueTask AppendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Returns when all of it is on disk.</summary>
    ValueTask FlushAsync();
}

/// <summary>A file that is read.</summary>
public interface IOpenFile : IDisposable
{
    /// <summary>Of the open file itself, now.</summary>
    long Size { get; }

    /// <summary>Bytes from the offset on; 0 at the end.</summary>
    ValueTask<int> ReadAsync(Memory<byte> bytes, long offset);
}
