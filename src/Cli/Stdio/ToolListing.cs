using Platform.Abstractions.Problems;

namespace Platform.Cli.Stdio;

/// <summary>Lists the tools on the bridge's own account, to learn which arguments travel in headers.</summary>
internal sealed class ToolListing(EndpointClient endpoint, ToolHeaders tools) : IDisposable
{
    private const int MaxPages = 32;
    private static readonly string[] Kept = ["io.modelcontextprotocol/protocolVersion", "io.modelcontextprotocol/clientCapabilities", "io.modelcontextprotocol/clientInfo"];
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>True when the headers of the called tool are other ones than before.</summary>
    /// <param name="call">The call that was refused; the listing speaks for the same client.</param>
    public async Task<bool> RefreshAsync(RpcMessage call, CancellationToken cancel)
    {
        var tool = call.Text("name") ?? "";
        var before = tools.Of(tool);
        await _one.WaitAsync(cancel);
        try
        {
            string? cursor = null;
            for (var page = 0; page < MaxPages; page++)
            {
                if (!(await AskAsync(call, cursor, cancel)).Try(out var answer, out _) || answer.Answer.Result is not { } result)
                {
                    break;
                }

                tools.Learn(answer.Answer);
                cursor = RpcMessage.Find(result, "nextCursor") is { ValueKind: System.Text.Json.JsonValueKind.String } next ? next.GetString() : null;
                if (cursor is null)
                {
                    break;
                }
            }
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException)
        {
            // The refusal that led here is the answer then.
        }
        finally
        {
            _one.Release();
        }

        return !before.SequenceEqual(tools.Of(tool));
    }

    public void Dispose() => _one.Dispose();

    private async Task<Result<(RpcMessage Answer, string? SessionId)>> AskAsync(RpcMessage call, string? cursor, CancellationToken cancel)
    {
        var id = RpcId.Of("platform-stdio-tools");
        var body = RpcWriter.Request(id, "tools/list", writer =>
        {
            writer.WriteStartObject("_meta"u8);
            foreach (var name in Kept)
            {
                if (RpcMessage.Find(call.Params, "_meta", name) is { } value)
                {
                    writer.WritePropertyName(name);
                    value.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
            if (cursor is not null)
            {
                writer.WriteString("cursor"u8, cursor);
            }
        });
        return await endpoint.AskAsync(body, id, [new Header(ModernHeaders.Version, call.Version!), new Header("Mcp-Method", "tools/list")], cancel);
    }
}
