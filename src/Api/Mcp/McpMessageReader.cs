using System.Text.Json;
using Platform.Abstractions.Mcp;
using Platform.Abstractions.Problems;

namespace Platform.Api.Mcp;

/// <summary>Reads the JSON-RPC envelope of a body that the guard accepted: well-formed, bounded, without duplicate names.</summary>
internal static class McpMessageReader
{
    /// <summary>The message, or why it is not one. <paramref name="id"/> is set as soon as it was read, so that an error can echo it.</summary>
    public static Result<McpMessage> Read(ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> id)
    {
        id = default;
        var message = new McpMessage();
        var reader = new Utf8JsonReader(body.Span);
        var version = false;
        var method = false;
        string? fault = null;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("jsonrpc"u8))
            {
                reader.Read();
                version = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("2.0"u8);
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                if (!TryReadId(ref reader, body, out id))
                {
                    fault ??= "The id must be a string or an integer.";
                }

                message.Id = id;
            }
            else if (reader.ValueTextEquals("method"u8))
            {
                reader.Read();
                method = reader.TokenType == JsonTokenType.String;
                message.Method = method ? reader.GetString()! : "";
            }
            else if (reader.ValueTextEquals("params"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject)
                {
                    var start = (int)reader.TokenStartIndex;
                    ReadParams(ref reader, body, message);
                    message.Params = body[start..(int)reader.BytesConsumed];
                }
                else
                {
                    fault ??= "The params must be an object.";
                    reader.Skip();
                }
            }
            else
            {
                message.IsResponse |= reader.ValueTextEquals("result"u8) || reader.ValueTextEquals("error"u8);
                reader.Read();
                reader.Skip();
            }
        }

        message.IsResponse &= !method;
        if (!version)
        {
            fault ??= "The member jsonrpc must be \"2.0\".";
        }

        if (!method && !message.IsResponse)
        {
            fault ??= "The method is missing or not a string.";
        }

        return fault is null ? message : Problem.InvalidRequest(fault);
    }

    // MCP: the id is a string or an integer and never null.
    private static bool TryReadId(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> id)
    {
        var start = (int)reader.TokenStartIndex;
        id = default;
        if (reader.TokenType == JsonTokenType.String || (reader.TokenType == JsonTokenType.Number && !reader.ValueSpan.ContainsAny((byte)'.', (byte)'e', (byte)'E')))
        {
            id = body[start..(int)reader.BytesConsumed];
            return true;
        }

        reader.Skip();
        return false;
    }

    private static void ReadParams(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, McpMessage message)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                message.Name = ReadString(ref reader, message, "params.name");
            }
            else if (reader.ValueTextEquals("uri"u8))
            {
                message.Uri = ReadString(ref reader, message, "params.uri");
            }
            else if (reader.ValueTextEquals("cursor"u8))
            {
                message.Cursor = ReadString(ref reader, message, "params.cursor");
            }
            else if (reader.ValueTextEquals("protocolVersion"u8))
            {
                message.RequestedVersion = ReadString(ref reader, message, "params.protocolVersion");
            }
            else if (reader.ValueTextEquals("arguments"u8))
            {
                message.Arguments = ReadObject(ref reader, body, message, "params.arguments");
            }
            else if (reader.ValueTextEquals("taskId"u8))
            {
                message.TaskId = ReadString(ref reader, message, "params.taskId");
            }
            else if (reader.ValueTextEquals("inputResponses"u8))
            {
                message.InputResponses = ReadObject(ref reader, body, message, "params.inputResponses");
            }
            else if (reader.ValueTextEquals("requestState"u8))
            {
                message.RequestState = ReadString(ref reader, message, "params.requestState");
            }
            else if (reader.ValueTextEquals("capabilities"u8))
            {
                message.Features = ClientFeaturesReader.Read(ReadObject(ref reader, body, message, "params.capabilities").Span);
            }
            else if (reader.ValueTextEquals("clientInfo"u8))
            {
                ReadClientInfo(ref reader, message, "params.clientInfo");
            }
            else if (reader.ValueTextEquals("_meta"u8))
            {
                ReadMeta(ref reader, body, message);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private static void ReadMeta(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, McpMessage message)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            message.Fault ??= "params._meta must be an object.";
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("io.modelcontextprotocol/protocolVersion"u8))
            {
                message.MetaVersion = ReadString(ref reader, message, "params._meta protocolVersion");
            }
            else if (reader.ValueTextEquals("io.modelcontextprotocol/clientCapabilities"u8))
            {
                var capabilities = ReadObject(ref reader, body, message, "params._meta clientCapabilities");
                message.HasMetaCapabilities = !capabilities.IsEmpty;
                message.Features = ClientFeaturesReader.Read(capabilities.Span);
            }
            else if (reader.ValueTextEquals("io.modelcontextprotocol/clientInfo"u8))
            {
                ReadClientInfo(ref reader, message, "params._meta clientInfo");
            }
            else if (reader.ValueTextEquals("progressToken"u8))
            {
                ReadProgressToken(ref reader, body, message);
            }
            else if (reader.ValueTextEquals("io.modelcontextprotocol/logLevel"u8))
            {
                reader.Read();
                message.LogLevel = LogLevels.Read(ref reader);
                if (message.LogLevel == McpLogLevel.None)
                {
                    message.Fault ??= "params._meta logLevel must be debug, info, notice, warning, error, critical, alert or emergency.";
                    reader.Skip();
                }
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    // MCP, Progress: a string or an integer, chosen by the client and sent back as it was written.
    private static void ReadProgressToken(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, McpMessage message)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        if (reader.TokenType is JsonTokenType.String or JsonTokenType.Number)
        {
            message.ProgressToken = body[start..(int)reader.BytesConsumed];
            return;
        }

        message.Fault ??= "params._meta progressToken must be a string or an integer.";
        reader.Skip();
    }

    private static void ReadClientInfo(ref Utf8JsonReader reader, McpMessage message, string where)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            message.Fault ??= $"{where} must be an object.";
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                message.ClientName = ReadString(ref reader, message, where + ".name");
            }
            else if (reader.ValueTextEquals("version"u8))
            {
                message.ClientVersion = ReadString(ref reader, message, where + ".version");
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private static string? ReadString(ref Utf8JsonReader reader, McpMessage message, string where)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        message.Fault ??= $"{where} must be a string.";
        reader.Skip();
        return null;
    }

    private static ReadOnlyMemory<byte> ReadObject(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, McpMessage message, string where)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            message.Fault ??= $"{where} must be an object.";
            reader.Skip();
            return default;
        }

        reader.Skip();
        return body[start..(int)reader.BytesConsumed];
    }
}
