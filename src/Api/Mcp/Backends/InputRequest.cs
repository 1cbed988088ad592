using Platform.Api.Validation;
using System.Text;
using System.Text.Json;
using Platform.Abstractions.Mcp;
using Platform.Api.Validation.Schema;

namespace Platform.Api.Mcp.Backends;

/// <summary>Something a backend asks of the client: to elicit, to sample or to list roots (MCP 2026-07-28, MRTR).</summary>
internal sealed class InputRequest
{
    private static readonly byte[] NoParams = "{}"u8.ToArray();
    private readonly CompiledSchema? _schema;

    private InputRequest(string key, ClientFeatures feature, string method, byte[] parameters, CompiledSchema? schema = null) =>
        (Key, Feature, Method, Params, _schema) = (key, feature, method, parameters, schema);

    /// <summary>Unique among what is asked together.</summary>
    public string Key { get; }

    /// <summary>What the client must have declared.</summary>
    public ClientFeatures Feature { get; }

    public string Method { get; }

    /// <summary>A JSON object.</summary>
    public byte[] Params { get; }

    /// <summary>A form for the person before the client.</summary>
    /// <param name="key">Unique among what is asked together.</param>
    /// <param name="message">Why it is asked.</param>
    /// <param name="schema">A flat JSON Schema of primitive members, in any layout; what comes back must satisfy it.</param>
    public static InputRequest Elicit(string key, string message, string schema)
    {
        if (!SchemaCompiler.TryCompile(Encoding.UTF8.GetBytes(schema), out var compiled, out var fault))
        {
            throw new InvalidOperationException($"The schema of the input '{key}' is refused: {fault}");
        }

        return new InputRequest(key, ClientFeatures.ElicitForm, "elicitation/create", Json(writer =>
        {
            writer.WriteString("message"u8, message);
            writer.WritePropertyName("requestedSchema"u8);
            writer.WriteRawValue(schema);
        }), compiled);
    }

    /// <summary>A page that the person before the client opens.</summary>
    public static InputRequest ElicitUrl(string key, string message, Uri url, string elicitationId) =>
        new(key, ClientFeatures.ElicitUrl, "elicitation/create", Json(writer =>
        {
            writer.WriteString("mode"u8, "url"u8);
            writer.WriteString("message"u8, message);
            writer.WriteString("url"u8, url.AbsoluteUri);
            writer.WriteString("elicitationId"u8, elicitationId);
        }));

    /// <summary>A completion by the client's model of one message of the user.</summary>
    public static InputRequest Sample(string key, string prompt, int maxTokens) =>
        new(key, ClientFeatures.Sampling, "sampling/createMessage", Json(writer =>
        {
            writer.WriteStartArray("messages"u8);
            writer.WriteStartObject();
            writer.WriteString("role"u8, "user"u8);
            writer.WriteStartObject("content"u8);
            writer.WriteString("type"u8, "text"u8);
            writer.WriteString("text"u8, prompt);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteNumber("maxTokens"u8, maxTokens);
        }));

    /// <summary>The client's roots.</summary>
    public static InputRequest Roots(string key) => new(key, ClientFeatures.Roots, "roots/list", NoParams);

    /// <summary>The request as an entry of <c>inputRequests</c>.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("method"u8, Method);
        writer.WritePropertyName("params"u8);
        writer.WriteRawValue(Params, skipInputValidation: true);
        writer.WriteEndObject();
    }

    /// <summary>Whether a response has the shape of an answer to this; what an accepted form holds must satisfy its schema.</summary>
    /// <param name="response">A JSON object.</param>
    public bool Accepts(ReadOnlySpan<byte> response) => Method switch
    {
        "elicitation/create" => AcceptsForm(response),
        "sampling/createMessage" => Has(response, "content"u8, JsonTokenType.StartObject) || Has(response, "content"u8, JsonTokenType.StartArray),
        _ => Has(response, "roots"u8, JsonTokenType.StartArray),
    };

    private bool AcceptsForm(ReadOnlySpan<byte> response)
    {
        if (JsonMember.Text(response, "action"u8) is not { } action)
        {
            return false;
        }

        if (action is "decline" or "cancel")
        {
            return true;
        }

        SchemaError error = default;
        return action == "accept"
            && (_schema is null || (JsonMember.TryFind(response, "content"u8, out var content) && _schema.Validate(content, ref error)));
    }

    private static bool Has(ReadOnlySpan<byte> response, ReadOnlySpan<byte> name, JsonTokenType type)
    {
        if (!JsonMember.TryFind(response, name, out var value))
        {
            return false;
        }

        var reader = new Utf8JsonReader(value);
        return reader.Read() && reader.TokenType == type;
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var body = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return body.Written.ToArray();
    }
}
