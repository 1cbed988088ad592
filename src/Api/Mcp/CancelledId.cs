using System.Text.Json;

namespace Platform.Api.Mcp;

/// <summary><c>params.requestId</c> of <c>notifications/cancelled</c>.</summary>
internal static class CancelledId
{
    /// <summary>The id as it was written; empty when there is none that could be one.</summary>
    public static ReadOnlyMemory<byte> Of(McpMessage message)
    {
        if (message.Params.IsEmpty)
        {
            return default;
        }

        var reader = new Utf8JsonReader(message.Params.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals("requestId"u8);
            reader.Read();
            if (isId && reader.TokenType is JsonTokenType.String or JsonTokenType.Number)
            {
                return message.Params[(int)reader.TokenStartIndex..(int)reader.BytesConsumed];
            }

            reader.Skip();
        }

        return default;
    }
}
