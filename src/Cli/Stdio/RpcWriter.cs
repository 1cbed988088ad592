using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Platform.Abstractions.Problems;

namespace Platform.Cli.Stdio;

/// <summary>The few messages that the bridge makes itself.</summary>
internal static class RpcWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// MCP 2025-11-25 and later: an error that answers no readable request has no id at all. (JSON-RPC would have null there, which MCP's schema does not allow.)
    /// </summary>
    public static ReadOnlyMemory<byte> Error(RpcId? id, Problem problem) => Write(writer =>
    {
        var row = ProblemCatalogue.Row(problem.Code);
        id?.Write(writer, "id");
        writer.WriteStartObject("error"u8);
        writer.WriteNumber("code"u8, row.JsonRpcCode);
        writer.WriteString("message"u8, problem.Detail);
        writer.WriteStartObject("data"u8);
        writer.WriteString("code"u8, row.Slug);
        writer.WriteString("source"u8, "platform stdio"u8);
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    /// <summary>The endpoint's own error, addressed to the request that it answers.</summary>
    public static ReadOnlyMemory<byte> Error(RpcId id, JsonElement error) => Write(writer =>
    {
        id.Write(writer, "id");
        writer.WritePropertyName("error"u8);
        error.WriteTo(writer);
    });

    public static ReadOnlyMemory<byte> Request(RpcId id, string method, Action<Utf8JsonWriter> parameters) => Write(writer =>
    {
        id.Write(writer, "id");
        WriteCall(writer, method, parameters);
    });

    public static ReadOnlyMemory<byte> Notification(string method, Action<Utf8JsonWriter> parameters) => Write(writer => WriteCall(writer, method, parameters));

    private static void WriteCall(Utf8JsonWriter writer, string method, Action<Utf8JsonWriter> parameters)
    {
        writer.WriteString("method"u8, method);
        writer.WriteStartObject("params"u8);
        parameters(writer);
        writer.WriteEndObject();
    }

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> members)
    {
        var body = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(body, Options);
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        members(writer);
        writer.WriteEndObject();
        writer.Flush();
        return body.WrittenMemory;
    }
}
