using Platform.Api.Validation;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.Abstractions.Problems;
using Platform.Api.Mcp.Backends;

namespace Platform.Api.Mcp.Legacy;

/// <summary>A request of the server's to a client of the <c>initialize</c> eras.</summary>
/// <param name="Id">Of 95 random bits: nobody else can answer it.</param>
/// <param name="Message">The JSON-RPC request.</param>
internal sealed record ClientRequest(string Id, byte[] Message)
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int IdLength = 16;

    public static ClientRequest Make(string method, ReadOnlySpan<byte> parameters)
    {
        var id = RandomNumberGenerator.GetString(Alphabet, IdLength);
        using var body = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc"u8, "2.0"u8);
            writer.WriteString("id"u8, id);
            writer.WriteString("method"u8, method);
            writer.WritePropertyName("params"u8);
            writer.WriteRawValue(parameters, skipInputValidation: true);
            writer.WriteEndObject();
        }

        return new ClientRequest(id, body.Written.ToArray());
    }

    /// <summary>Tells the client that nobody waits any more.</summary>
    public byte[] Cancellation() =>
        Encoding.UTF8.GetBytes($$$"""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"{{{Id}}}"}}""");

    /// <summary>The id that a response names; null when it cannot be one of ours.</summary>
    /// <param name="id">As it was written.</param>
    public static string? IdOf(ReadOnlySpan<byte> id)
    {
        var reader = new Utf8JsonReader(id);
        return reader.Read() && reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: IdLength } text && text.All(char.IsAsciiLetterOrDigit) ? text : null;
    }

    /// <summary>The result of a client's response.</summary>
    public static Result<ReadOnlyMemory<byte>> ResultOf(ReadOnlyMemory<byte> response)
    {
        if (!JsonMember.TryFind(response.Span, "result"u8, out var result) || result[0] != (byte)'{')
        {
            return new Problem(ProblemCode.UpstreamFailed, "The client answered with an error.");
        }

        return (ReadOnlyMemory<byte>)result.ToArray();
    }
}
