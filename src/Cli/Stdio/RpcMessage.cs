using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using Platform.Abstractions.Problems;

namespace Platform.Cli.Stdio;

internal enum RpcKind
{
    Request,
    Notification,
    Response,
}

/// <summary>
/// One JSON-RPC message that was read and judged: strict UTF-8, one JSON object, no name twice, the members of exactly one kind of message.
/// What somebody sent is forwarded as it is in <see cref="Body"/>; the rest is read for the sake of routing.
/// </summary>
internal sealed class RpcMessage
{
    private const int MaxMethod = 256;

    // A duplicate name means one thing to us and another to the next reader.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    private RpcMessage(byte[] body, JsonElement root) => (Body, Root) = (body, root);

    /// <summary>The message in one line.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    public JsonElement Root { get; }

    public RpcKind Kind { get; private set; }

    /// <summary>Null for a notification, and for an error that answers nothing in particular.</summary>
    public RpcId? Id { get; private set; }

    public string Method { get; private set; } = "";

    /// <summary>The protocol version in <c>_meta</c>; null in the eras before 2026-07-28.</summary>
    public string? Version { get; private set; }

    public JsonElement? Params { get; private set; }

    public JsonElement? Result { get; private set; }

    public JsonElement? Error { get; private set; }

    public int? ErrorCode { get; private set; }

    public static Result<RpcMessage> Read(ReadOnlySpan<byte> utf8) => Read(utf8, out _);

    /// <param name="id">Set as soon as a request's id could be read, so that a refusal can echo it.</param>
    public static Result<RpcMessage> Read(ReadOnlySpan<byte> utf8, out RpcId? id)
    {
        id = null;
        try
        {
            if (!Utf8.IsValid(utf8))
            {
                return new Problem(ProblemCode.Malformed, "The message is not UTF-8.");
            }

            var line = OneLine(utf8);
            var message = new RpcMessage(line, JsonElement.Parse(line, Strict));
            if (message.Fill() is not { } fault)
            {
                id = message.Id;
                return message;
            }

            id = message.Kind == RpcKind.Response ? null : message.Id;
            return Problem.InvalidRequest(fault);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half of a surrogate pair in a name or in a string that routing depends on.
            return new Problem(ProblemCode.Malformed, "The message is not JSON, is nested too deeply, or has a name twice.");
        }
    }

    /// <summary>The messages of a batch (2025-03-26 only), each still to be read; null when the array is none or empty.</summary>
    public static List<byte[]>? Split(ReadOnlySpan<byte> utf8)
    {
        try
        {
            if (!Utf8.IsValid(utf8))
            {
                return null;
            }

            var array = JsonElement.Parse(utf8, Strict);
            return array.GetArrayLength() == 0 ? null : [.. array.EnumerateArray().Select(item => JsonMarshal.GetRawUtf8Value(item).ToArray())];
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    public static bool IsBatch(ReadOnlySpan<byte> utf8) => utf8.TrimStart(" \t\r\n"u8) is [(byte)'[', ..];

    /// <summary>A string at this path of names, below <c>params</c>; null when there is none, or none that is Unicode.</summary>
    public string? Text(params ReadOnlySpan<string> path)
    {
        try
        {
            return Find(Params, path) is { ValueKind: JsonValueKind.String } found ? found.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }

    /// <summary>An id at this path of names, below <c>params</c> or, in a response, below <c>result</c>; null as above.</summary>
    public RpcId? IdAt(params ReadOnlySpan<string> path)
    {
        try
        {
            return Find(Params ?? Result, path) is { } found && RpcId.TryRead(found, out var id) ? id : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public static JsonElement? Find(JsonElement? from, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            from = from is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var child) ? child : null;
        }

        return from;
    }

    // In valid JSON a raw CR or LF stands between tokens only: a string must escape it. So leaving them out changes nothing and makes one line.
    private static byte[] OneLine(ReadOnlySpan<byte> utf8)
    {
        var trimmed = utf8.Trim(" \t\r\n"u8);
        var line = new byte[trimmed.Length];
        var length = 0;
        foreach (var part in trimmed)
        {
            line[length++] = part is (byte)'\r' or (byte)'\n' ? (byte)' ' : part;
        }

        return line;
    }

    private string? Fill()
    {
        if (Root.ValueKind != JsonValueKind.Object)
        {
            return "The message must be one JSON object.";
        }

        var hasMethod = Root.TryGetProperty("method", out var method);
        Result = Find(Root, "result");
        Error = Find(Root, "error");
        Kind = !hasMethod ? RpcKind.Response : Root.TryGetProperty("id", out _) ? RpcKind.Request : RpcKind.Notification;
        if (Find(Root, "id") is { } element)
        {
            if (RpcId.TryRead(element, out var id))
            {
                Id = id;
            }
            else if (Kind == RpcKind.Request || element.ValueKind != JsonValueKind.Null)
            {
                return "The id must be a string or an integer.";
            }
        }

        if (Find(Root, "jsonrpc") is not { ValueKind: JsonValueKind.String } version || !version.ValueEquals("2.0"u8))
        {
            return "The member jsonrpc must be \"2.0\".";
        }

        return hasMethod ? FillCall(method) : FillResponse();
    }

    private string? FillCall(JsonElement method)
    {
        if (method.ValueKind != JsonValueKind.String || method.GetString() is not { Length: > 0 and <= MaxMethod } name)
        {
            return "The method must be a string.";
        }

        if (Result is not null || Error is not null)
        {
            return "A message with a method has neither result nor error.";
        }

        Method = name;
        Params = Find(Root, "params");
        if (Params is { ValueKind: not JsonValueKind.Object })
        {
            return "The params must be an object.";
        }

        Version = Text("_meta", "io.modelcontextprotocol/protocolVersion");
        return null;
    }

    private string? FillResponse()
    {
        if (Result is null == Error is null)
        {
            return "A message has a method, or a result, or an error.";
        }

        if (Error is not { } error)
        {
            return Id is null || Result is not { ValueKind: JsonValueKind.Object } ? "A result is an object and has an id." : null;
        }

        if (Find(error, "code") is not { ValueKind: JsonValueKind.Number } code || !code.TryGetInt32(out var number) || Find(error, "message") is not { ValueKind: JsonValueKind.String })
        {
            return "An error has a code and a message.";
        }

        ErrorCode = number;
        return null;
    }
}
