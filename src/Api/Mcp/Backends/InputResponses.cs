using System.Text.Json;

namespace Platform.Api.Mcp.Backends;

/// <summary>
/// What a client answered, by key. It is the client's word: an answer counts only as the answer to a request that the backend names, and of the right shape.
/// </summary>
internal readonly struct InputResponses
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>>? _byKey;

    private InputResponses(Dictionary<string, ReadOnlyMemory<byte>> byKey) => _byKey = byKey;

    public static InputResponses None => default;

    public static InputResponses Of(IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> responses) => new(new(responses, StringComparer.Ordinal));

    /// <param name="json"><c>inputResponses</c>, an object that the guard accepted; empty when there is none.</param>
    public static InputResponses Read(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty)
        {
            return None;
        }

        var byKey = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            reader.Skip();
            if (isObject)
            {
                byKey[key] = json[start..(int)reader.BytesConsumed];
            }
        }

        return new InputResponses(byKey);
    }

    /// <summary>The client's answer to a request, a JSON object; empty when there is none, or none that fits: then ask again.</summary>
    public ReadOnlyMemory<byte> Answer(InputRequest request) =>
        _byKey is not null && _byKey.TryGetValue(request.Key, out var response) && request.Accepts(response.Span) ? response : default;

    /// <summary>Every response, whatever it answers.</summary>
    public IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> All => _byKey ?? [];
}
