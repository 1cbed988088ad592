using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Api.Tests.Mcp.Nodes;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Mcp.Schemas;

/// <summary>Everything a server sent in one revision, held against that revision's official schema.</summary>
internal sealed class Conformity(string revision)
{
    private static readonly Dictionary<string, string> Results = new(StringComparer.Ordinal)
    {
        ["initialize"] = "InitializeResult",
        ["server/discover"] = "DiscoverResult",
        ["ping"] = "EmptyResult",
        ["tools/list"] = "ListToolsResult",
        ["tools/call"] = "CallToolResult",
        ["resources/list"] = "ListResourcesResult",
        ["resources/templates/list"] = "ListResourceTemplatesResult",
        ["resources/read"] = "ReadResourceResult",
        ["resources/subscribe"] = "EmptyResult",
        ["resources/unsubscribe"] = "EmptyResult",
        ["prompts/list"] = "ListPromptsResult",
        ["prompts/get"] = "GetPromptResult",
        ["completion/complete"] = "CompleteResult",
        ["logging/setLevel"] = "EmptyResult",
    };

    private static readonly Dictionary<string, string> Messages = new(StringComparer.Ordinal)
    {
        ["notifications/progress"] = "ProgressNotification",
        ["notifications/message"] = "LoggingMessageNotification",
        ["notifications/cancelled"] = "CancelledNotification",
        ["notifications/resources/updated"] = "ResourceUpdatedNotification",
        ["notifications/resources/list_changed"] = "ResourceListChangedNotification",
        ["notifications/tools/list_changed"] = "ToolListChangedNotification",
        ["notifications/prompts/list_changed"] = "PromptListChangedNotification",
        ["notifications/subscriptions/acknowledged"] = "SubscriptionsAcknowledgedNotification",
        ["elicitation/create"] = "ElicitRequest",
    };

    /// <summary>Errors that the schema of 2026-07-28 describes one by one.</summary>
    private static readonly Dictionary<int, string> Errors = new()
    {
        [-32700] = "ParseError",
        [-32600] = "InvalidRequestError",
        [-32601] = "MethodNotFoundError",
        [-32602] = "InvalidParamsError",
        [-32603] = "InternalError",
        [-32020] = "HeaderMismatchError",
        [-32021] = "MissingRequiredClientCapabilityError",
        [-32022] = "UnsupportedProtocolVersionError",
    };

    private readonly OfficialSchema _schema = new(revision);
    private readonly SortedSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    /// <summary>What was held against which definition: the proof that something was.</summary>
    public IReadOnlyCollection<string> Seen => _seen;

    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Errors that answer no request, because its id was not read.</summary>
    public int WithoutId { get; private set; }

    /// <summary>A whole answer: JSON, a batch of it, a stream, or nothing.</summary>
    public void Judge(string method, Reply reply)
    {
        if (reply.Text.Length == 0)
        {
            return;
        }

        var isStream = reply.Header("Content-Type")?.StartsWith("text/event-stream", StringComparison.Ordinal) == true;
        string[] messages = isStream
            ? [.. reply.Text.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal) && line.Length > 6).Select(line => line[6..])]
            : [reply.Text];
        foreach (var message in messages)
        {
            Judge(method, JsonSerializer.Deserialize<JsonElement>(message));
        }
    }

    /// <summary>Events of an open stream, up to the one that is awaited.</summary>
    public async Task<JsonElement> JudgeUntilAsync(string method, EventStream stream, string? awaited)
    {
        while (await stream.NextAsync() is { } heard)
        {
            if (heard.Message.ValueKind != JsonValueKind.Object)
            {
                continue;
            }

            Judge(method, heard.Message);
            if (heard.Method == awaited)
            {
                return heard.Message;
            }
        }

        throw new InvalidOperationException($"The stream ended without {awaited ?? "an answer"}.");
    }

    public void Judge(string method, JsonElement message)
    {
        if (message.ValueKind == JsonValueKind.Array)
        {
            _seen.Add("batch");
            foreach (var one in message.EnumerateArray())
            {
                Judge(method, one);
            }
        }
        else if (message.TryGetProperty("method", out var sent))
        {
            Hold(Messages.GetValueOrDefault(sent.GetString()!, $"unknown message {sent}"), message, message);
        }
        else if (message.TryGetProperty("error", out var error))
        {
            Hold(_schema.Has("JSONRPCErrorResponse") ? "JSONRPCErrorResponse" : "JSONRPCError", WithId(message), message);
            var code = error.GetProperty("code").GetInt32();
            if (Errors.TryGetValue(code, out var definition) && _schema.Has(definition))
            {
                // A few of them describe the error alone, the others the message around it.
                Hold(definition, code is -32020 or -32021 or -32022 ? message : error, message);
            }
        }
        else
        {
            Hold(_schema.Has("JSONRPCResultResponse") ? "JSONRPCResultResponse" : "JSONRPCResponse", message, message);
            var result = message.GetProperty("result");
            var isUnfinished = result.TryGetProperty("resultType", out var type) && type.GetString() == "input_required";
            Hold(isUnfinished ? "InputRequiredResult" : Results.GetValueOrDefault(method, "Result"), result, message);
        }
    }

    /// <summary>
    /// Until 2025-06-18 the schemas know no error without an id, while Streamable HTTP has it from the start ("a JSON-RPC error response that has no id").
    /// Such an error is held against the rest of the definition, and counted: the test says how many there may be.
    /// </summary>
    private JsonElement WithId(JsonElement message)
    {
        if (message.TryGetProperty("id", out _))
        {
            return message;
        }

        WithoutId++;
        var copy = JsonObject.Create(message)!;
        copy["id"] = 0;
        return JsonSerializer.SerializeToElement(copy);
    }

    private void Hold(string definition, JsonElement instance, JsonElement message)
    {
        _seen.Add(definition);
        var fault = _schema.Has(definition) ? _schema.Fault(definition, instance) : $"{revision} has no {definition}";
        if (fault is not null)
        {
            _faults.Add($"{fault}: {message.GetRawText()}");
        }
    }
}
