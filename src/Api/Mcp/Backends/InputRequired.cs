using System.Text.Json;

namespace Platform.Api.Mcp.Backends;

/// <summary>A backend cannot go on without these. It is called again when the client has answered.</summary>
/// <param name="requests">Of kinds that the client declared; none when only the state matters.</param>
/// <param name="state">For the backend itself, to be brought back unread and unchanged; sealed on its way. At most 4 KiB.</param>
/// <param name="isSingleUse">The state opens once only.</param>
internal sealed class InputRequired(IReadOnlyList<InputRequest> requests, ReadOnlyMemory<byte> state = default, bool isSingleUse = false) : McpResult
{
    public const int MaxState = 4 * 1024;

    public IReadOnlyList<InputRequest> Requests => requests;

    public ReadOnlyMemory<byte> State => state;

    public bool IsSingleUse => isSingleUse;

    /// <summary>What clients see once the state is sealed.</summary>
    public McpResult Sealed(string? requestState) => new Wire(requests, requestState);

    public override void Write(Utf8JsonWriter writer, McpEra era) => throw new InvalidOperationException("An unsealed state must not leave.");

    private sealed class Wire(IReadOnlyList<InputRequest> requests, string? requestState) : McpResult
    {
        public override string ResultType => "input_required";

        public override void Write(Utf8JsonWriter writer, McpEra era)
        {
            if (requests.Count > 0)
            {
                writer.WriteStartObject("inputRequests"u8);
                foreach (var request in requests)
                {
                    writer.WritePropertyName(request.Key);
                    request.Write(writer);
                }

                writer.WriteEndObject();
            }

            if (requestState is not null)
            {
                writer.WriteString("requestState"u8, requestState);
            }
        }
    }
}
