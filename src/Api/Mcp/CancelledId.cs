using Platform.Api.Validation;

namespace Platform.Api.Mcp;

/// <summary><c>params.requestId</c> of <c>notifications/cancelled</c>.</summary>
internal static class CancelledId
{
    /// <summary>The id as it was written; empty when there is none that could be one.</summary>
    public static ReadOnlyMemory<byte> Of(McpMessage message) =>
        JsonMember.TryFind(message.Params.Span, "requestId"u8, out var id) && id[0] is (byte)'"' or (byte)'-' or (>= (byte)'0' and <= (byte)'9') ? id.ToArray() : default;
}
