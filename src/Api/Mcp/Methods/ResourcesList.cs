using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Resources;
using Platform.Api.Mcp.Resources;

namespace Platform.Api.Mcp.Methods;

/// <summary><c>resources/list</c>: memory resources the caller may read, by key, 100 to a page.</summary>
internal sealed class ResourcesList(MemoryListing memory) : IMcpMethod
{
    private const int PageSize = 100;

    public string Name => "resources/list";

    public AuditClass Class => AuditClass.ResourceAccess;

    public bool Serves(McpEra era) => true;

    public Result<Needed?> Permission(McpMessage message) => new Needed("resources", "read", null);

    public async ValueTask<Result<McpResult>> RunAsync(McpRequest request, CancellationToken cancel)
    {
        string? after = null;
        if (request.Message.Cursor is { } cursor && (after = ReadCursor(cursor)) is null)
        {
            return Problem.InvalidParams("The cursor is not valid.");
        }

        var (entries, next) = await memory.PageAsync(request.Caller, after, PageSize);
        return new List(entries, next is null ? null : WriteCursor(next));
    }

    private static string WriteCursor(string key) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(key));

    // A cursor names the last key that was shown and is held against the caller's permissions again, so a forged one shows nothing new.
    private static string? ReadCursor(string cursor)
    {
        if (cursor.Length is 0 or > 200 || !Base64Url.IsValid(cursor))
        {
            return null;
        }

        var key = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor));
        return MemoryKey.IsValid(key) ? key : null;
    }

    private sealed class List(MemoryEntry[] entries, string? next) : McpResult
    {
        public override int? TtlMs => 0;

        public override void Write(Utf8JsonWriter writer, McpEra era)
        {
            writer.WriteStartArray("resources"u8);
            foreach (var entry in entries)
            {
                writer.WriteStartObject();
                writer.WriteString("uri"u8, MemoryKey.Uri(entry.Key));
                writer.WriteString("name"u8, entry.Key);
                writer.WriteString("mimeType"u8, entry.MimeType);
                writer.WriteNumber("size"u8, entry.Size);
                writer.WriteStartObject("annotations"u8);
                writer.WriteString("lastModified"u8, entry.UpdatedAt.UtcDateTime);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            if (next is not null)
            {
                writer.WriteString("nextCursor"u8, next);
            }
        }
    }
}
