using System.Text.Json;

namespace Platform.Api.Mcp;

/// <summary>Takes a batch apart that the guard accepted: an array of objects.</summary>
internal static class BatchReader
{
    /// <summary>The messages as they were written, in order.</summary>
    public static List<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> batch)
    {
        var messages = new List<ReadOnlyMemory<byte>>();
        var reader = new Utf8JsonReader(batch.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            messages.Add(batch[start..(int)reader.BytesConsumed]);
        }

        return messages;
    }

    /// <summary>The id of a message that is not run; empty for a notification.</summary>
    public static ReadOnlyMemory<byte> IdOf(ReadOnlyMemory<byte> message)
    {
        _ = McpMessageReader.Read(message, out var id);
        return id;
    }
}
