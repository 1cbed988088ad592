using System.Text.Json;

namespace Platform.Api.Mcp.Methods;

/// <summary>A page of a list.</summary>
/// <param name="name">The member that holds it.</param>
/// <param name="items">Its entries, in order.</param>
/// <param name="write">Writes one of them.</param>
/// <param name="ttlMs">How long a client may keep the page.</param>
/// <param name="next">The cursor of the next page; null on the last.</param>
internal sealed class ListResult<T>(string name, IReadOnlyList<T> items, Action<T, Utf8JsonWriter> write, int ttlMs, string? next) : McpResult
{
    public override int? TtlMs => ttlMs;

    public override void Write(Utf8JsonWriter writer, McpEra era)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            write(item, writer);
        }

        writer.WriteEndArray();
        if (next is not null)
        {
            writer.WriteString("nextCursor"u8, next);
        }
    }
}
