using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Platform.Cli.Stdio;

/// <summary>What the tool lists that passed the bridge said about headers.</summary>
internal sealed class ToolHeaders(Diagnostics diagnostics)
{
    private const int MaxTools = 4096;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly ConcurrentDictionary<string, IReadOnlyList<ParamHeader>> _tools = new(StringComparer.Ordinal);

    public IReadOnlyList<ParamHeader> Of(string tool) => _tools.TryGetValue(tool, out var headers) ? headers : [];

    /// <summary>
    /// Learns from a result of <c>tools/list</c> and returns what the client gets of it. MCP 2026-07-28: a client of Streamable HTTP MUST exclude a tool whose
    /// annotations are invalid, and SHOULD say so.
    /// </summary>
    public ReadOnlyMemory<byte> Learn(RpcMessage list)
    {
        if (RpcMessage.Find(list.Result, "tools") is not { ValueKind: JsonValueKind.Array } tools)
        {
            return list.Body;
        }

        var kept = tools.EnumerateArray().Where(Keep).ToList();
        return kept.Count == tools.GetArrayLength() ? list.Body : Without(list.Root, kept);
    }

    private bool Keep(JsonElement tool)
    {
        try
        {
            if (RpcMessage.Find(tool, "name") is not { ValueKind: JsonValueKind.String } named || RpcMessage.Find(tool, "inputSchema") is not { } schema)
            {
                return true;
            }

            var name = named.GetString()!;
            if (!ToolSchema.Read(schema).Try(out var headers, out var fault))
            {
                _tools.TryRemove(name, out _);
                diagnostics.Note($"the tool '{name}' is left out of the list: {fault.Detail}");
                return false;
            }

            if (headers.Count == 0)
            {
                _tools.TryRemove(name, out _);
            }
            else if (_tools.Count < MaxTools || _tools.ContainsKey(name))
            {
                _tools[name] = headers;
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            diagnostics.Note("a tool whose definition is not Unicode is left out of the list");
            return false;
        }
    }

    private static ReadOnlyMemory<byte> Without(JsonElement root, List<JsonElement> kept)
    {
        var body = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(body, Options);
        writer.WriteStartObject();
        foreach (var member in root.EnumerateObject())
        {
            if (!member.NameEquals("result"u8))
            {
                member.WriteTo(writer);
                continue;
            }

            writer.WriteStartObject("result"u8);
            foreach (var part in member.Value.EnumerateObject())
            {
                if (!part.NameEquals("tools"u8))
                {
                    part.WriteTo(writer);
                    continue;
                }

                writer.WriteStartArray("tools"u8);
                kept.ForEach(tool => tool.WriteTo(writer));
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.Flush();
        return body.WrittenMemory;
    }
}
