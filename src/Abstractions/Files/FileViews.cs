namespace Platform.Abstractions.Files;

/// <summary>A tenant's file, as it was when somebody asked.</summary>
[GenerateSerializer, Alias("file-entry"), Immutable]
public sealed record FileEntry
{
    /// <summary>Below the tenant's root, canonical.</summary>
    [Id(0)] public required string Path { get; init; }

    /// <summary>From the list of accepted extensions, never from the one who sent it.</summary>
    [Id(1)] public string MimeType { get; init; } = "";
    [Id(2)] public required long Size { get; init; }

    /// <summary>Of the content, lower-case hex.</summary>
    [Id(3)] public required string Sha256 { get; init; }
    [Id(4)] public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>Grows with every upload of the path and is never used again, even after the file was deleted.</summary>
    [Id(5)] public required long Version { get; init; }

    /// <summary>The whole content is valid UTF-8.</summary>
    [Id(6)] public bool IsUtf8 { get; init; }

    /// <summary>False when its extension is not accepted any more: then it is listed, so that it can be deleted, and not read.</summary>
    [Id(7)] public bool IsServed { get; init; }
}

/// <param name="Bytes">Of all files, and what uploads under way have set aside.</param>
/// <param name="Limit">Most that there can be.</param>
/// <param name="Count">Files, and uploads under way that would make one.</param>
/// <param name="MaxCount">Most that there can be.</param>
[GenerateSerializer, Alias("file-usage"), Immutable]
public readonly record struct FileUsage([property: Id(0)] long Bytes, [property: Id(1)] long Limit, [property: Id(2)] int Count, [property: Id(3)] int MaxCount);

/// <summary>Asks for an upload.</summary>
/// <param name="Path">Decoded.</param>
/// <param name="Expected">The version that is to be replaced; 0 when there must be none.</param>
/// <param name="Size">As the client declared it; null when it did not.</param>
[GenerateSerializer, Alias("begin-upload"), Immutable]
public sealed record BeginUpload([property: Id(0)] string Path, [property: Id(1)] long Expected, [property: Id(2)] long? Size);

/// <summary>An upload that has its room set aside.</summary>
/// <param name="Id">Names the upload grain.</param>
/// <param name="MaxBytes">Most that may be sent.</param>
[GenerateSerializer, Alias("upload-ticket"), Immutable]
public sealed record UploadTicket([property: Id(0)] string Id, [property: Id(1)] long MaxBytes);

/// <summary>What an upload brought, for the shelf to put in place.</summary>
/// <param name="Id">Of the upload.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">Of the content, lower-case hex.</param>
[GenerateSerializer, Alias("file-arrival"), Immutable]
public sealed record FileArrival([property: Id(0)] string Id, [property: Id(1)] long Size, [property: Id(2)] string Sha256)
{
    /// <summary>As <see cref="FileEntry.IsUtf8"/>.</summary>
    [Id(3)] public bool IsUtf8 { get; init; }
}
