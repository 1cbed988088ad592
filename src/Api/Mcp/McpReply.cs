using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Platform.Abstractions.Problems;
using Platform.Api.RateLimits;

namespace Platform.Api.Mcp;

/// <summary>An HTTP answer on its way out: the status, the JSON-RPC message if there is one, and the few headers MCP gives meaning to.</summary>
internal sealed class McpReply : IDisposable
{
    // Not for HTML: the relaxed encoder keeps text readable and short, and the content type is application/json with nosniff.
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>MCP 2026-07-28, _meta: a server SHOULD identify itself in every result.</summary>
    private static readonly JsonEncodedText ServerInfoName = JsonEncodedText.Encode("io.modelcontextprotocol/serverInfo", JavaScriptEncoder.UnsafeRelaxedJsonEscaping);

    [ThreadStatic] private static Utf8JsonWriter? t_writer;

    private StreamedResult? _streamed;
    private int _gap;

    private McpReply(int status) => Status = status;

    public static string ServerName => "mocopr-platform";

    public static string ServerVersion { get; } = typeof(McpReply).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    public int Status { get; }

    /// <summary>All of it, unless <see cref="IsStreamed"/>.</summary>
    public PooledBuffer? Body { get; private init; }

    /// <summary>What <see cref="Body"/> has is only what stands around a long value; <see cref="PiecesAsync"/> gives the whole.</summary>
    public bool IsStreamed => _streamed is not null;

    public Problem? Problem { get; private init; }

    public string? SessionId { get; init; }

    /// <summary>A notification or a client's response was taken.</summary>
    public static McpReply Accepted() => new(202);

    public static McpReply NoContent() => new(204);

    /// <summary>Nothing is said any more. Where something has to be, it was accepted.</summary>
    public static McpReply Silence() => new(202);

    public static McpReply Result(ReadOnlyMemory<byte> id, McpResult result, McpEra era, string? sessionId = null)
    {
        var body = new PooledBuffer();
        body.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        body.Write(id.Span);
        body.Write(",\"result\":"u8);
        var begin = body.Length;
        if (result is PreparedResult prepared)
        {
            body.Write(prepared.For(era));
        }
        else
        {
            WriteResult(body, result, era);
        }

        body.Write("}"u8);
        var streamed = result as StreamedResult;
        return new McpReply(200) { Body = body, SessionId = sessionId, _streamed = streamed, _gap = begin + (streamed?.Gap ?? 0) };
    }

    /// <summary>Answers to a batch.</summary>
    /// <param name="answers">A JSON array; the reply owns it.</param>
    public static McpReply Batch(PooledBuffer answers) => new(200) { Body = answers };

    /// <summary>
    /// A refusal as JSON-RPC. The status is the catalogue's; in the eras before 2026-07-28 an error of the request itself travels with 200,
    /// because a client of those reads 404 as the end of its session.
    /// </summary>
    public static McpReply Refusal(ReadOnlyMemory<byte> id, Problem problem, McpEra era, string correlation)
    {
        var row = ProblemCatalogue.Row(problem.Code);
        var legacy = era == McpEra.Legacy;
        var code = legacy ? LegacyCode(problem.Code, row) : row.JsonRpcCode;
        var body = new PooledBuffer();
        var writer = Writer(body);
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        if (!id.IsEmpty)
        {
            writer.WritePropertyName("id"u8);
            writer.WriteRawValue(id.Span, skipInputValidation: true);
        }

        writer.WriteStartObject("error"u8);
        writer.WriteNumber("code"u8, code);
        writer.WriteString("message"u8, problem.Detail);
        writer.WriteStartObject("data"u8);
        writer.WriteString("code"u8, row.Slug);
        writer.WriteString("correlation"u8, correlation);
        switch (problem)
        {
            case { Code: ProblemCode.RateLimited or ProblemCode.QuotaExceeded, RetryAfter: { } retryAfter }:
                writer.WriteNumber("retryAfterMs"u8, (long)Math.Ceiling(retryAfter.TotalMilliseconds));
                if (problem is SpentLimit spent)
                {
                    writer.WriteString("limit"u8, spent.Dimension.Name);
                    if (spent.ResetsAt is { } resets)
                    {
                        writer.WriteString("resetsAt"u8, resets.UtcDateTime);
                    }
                }

                break;
            case MissingResource resource:
                writer.WriteString("uri"u8, resource.Uri);
                break;
            case MissingFeatures missing when !legacy:
                missing.Write(writer);
                break;
            case UnsupportedVersion unsupported:
                writer.WriteStartArray("supported"u8);
                foreach (var version in McpVersions.Supported)
                {
                    writer.WriteStringValue(version);
                }

                writer.WriteEndArray();
                writer.WriteString("requested"u8, unsupported.Requested);
                break;
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return new McpReply(legacy && problem.Code == ProblemCode.MethodNotFound ? 200 : row.McpStatus) { Body = body, Problem = problem };
    }

    /// <summary>-32002 is theirs alone; a missing capability has no code of its own there.</summary>
    private static int LegacyCode(ProblemCode code, ProblemRow row) => code switch
    {
        ProblemCode.ResourceNotFound => -32002,
        ProblemCode.MissingCapability => -32600,
        _ => row.JsonRpcCode,
    };

    /// <summary>The id this answers, read back from its own text: only a reply that has to be replaced is asked for it.</summary>
    public ReadOnlyMemory<byte> ReadId()
    {
        if (Body is not { } body)
        {
            return default;
        }

        var reader = new Utf8JsonReader(body.Written.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals("id"u8);
            reader.Read();
            if (isId)
            {
                return body.Written[(int)reader.TokenStartIndex..(int)reader.BytesConsumed].ToArray();
            }

            reader.Skip();
        }

        return default;
    }

    public static void WriteResult(PooledBuffer body, McpResult result, McpEra era)
    {
        var writer = Writer(body);
        writer.WriteStartObject();
        if (era == McpEra.Modern)
        {
            writer.WriteString("resultType"u8, result.ResultType);
        }

        result.Write(writer, era);
        if (era == McpEra.Modern)
        {
            if (result.TtlMs is { } ttl)
            {
                // What a tenant's caller may see is never anybody else's (RS-4).
                writer.WriteNumber("ttlMs"u8, ttl);
                writer.WriteString("cacheScope"u8, "private"u8);
            }

            writer.WriteStartObject("_meta"u8);
            writer.WriteStartObject(ServerInfoName);
            writer.WriteString("name"u8, ServerName);
            writer.WriteString("version"u8, ServerVersion);
            writer.WriteEndObject();
            result.WriteMeta(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.Flush();
    }

    /// <summary>The answer, piece by piece. Each is good until the next is asked for; none has a line break.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        yield return Body!.Written[.._gap];
        if (_streamed is not null)
        {
            await foreach (var piece in _streamed.ValueAsync(cancel))
            {
                yield return piece;
            }
        }

        yield return Body.Written[_gap..];
    }

    public void Dispose()
    {
        Body?.Dispose();
        _streamed?.Dispose();
    }

    private static Utf8JsonWriter Writer(PooledBuffer body)
    {
        var writer = t_writer ??= new Utf8JsonWriter(Stream.Null, WriterOptions);
        writer.Reset(body);
        return writer;
    }
}
