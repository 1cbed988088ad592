using System.Runtime.CompilerServices;
using System.Text.Json;
using Platform.Abstractions.Files;
using Platform.Api.Files;
using Platform.Api.Mcp.Backends;

namespace Platform.Api.Mcp.BuiltIn;

/// <summary>A file that goes out piece by piece: no more than one of them is held.</summary>
internal sealed class FileResult(FilePath path, FileEntry entry, DownloadStream content) : StreamedResult
{
    public override int? TtlMs => 0;

    public override void Write(Utf8JsonWriter writer, McpEra era)
    {
        writer.WriteStartArray("contents"u8);
        writer.WriteStartObject();
        writer.WriteString("uri"u8, path.Uri);
        writer.WriteString("mimeType"u8, entry.MimeType);
        FileBackend.LifeOf(entry).Write(writer);
        writer.WritePropertyName(FileBackend.IsText(entry) ? "text"u8 : "blob"u8);
        Gap = (int)(writer.BytesCommitted + writer.BytesPending);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    public override async IAsyncEnumerable<ReadOnlyMemory<byte>> ValueAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        using var piece = new PooledBuffer();
        await using var writer = new Utf8JsonWriter(piece, McpReply.WriterOptions);
        var isText = FileBackend.IsText(entry);
        var bytes = new byte[FileChunk.MaxBytes];
        for (var left = entry.Size; left > 0;)
        {
            var read = await content.ReadAsync(bytes, cancel);
            left -= read;

            // The writer carries over what a piece was cut in: a character, or a group of three bytes.
            if (isText)
            {
                writer.WriteStringValueSegment(bytes.AsSpan(0, read), isFinalSegment: left == 0);
            }
            else
            {
                writer.WriteBase64StringSegment(bytes.AsSpan(0, read), isFinalSegment: left == 0);
            }

            await writer.FlushAsync(cancel);
            yield return piece.Written;
            piece.Clear();
        }
    }

    public override void Dispose() => content.Dispose();
}
