using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Platform.Api.Validation;

/// <summary>
/// The first reader of every body: strict JSON within limits, or a refusal that says which limit. Nothing is bound
/// or dispatched before it has accepted. It allocates nothing for a body it accepts.
/// </summary>
internal static class JsonGuard
{
    /// <summary>Accepts one object.</summary>
    public static JsonVerdict Check(ReadOnlySpan<byte> body, JsonLimits limits) => Check(body, limits, allowBatch: false, out _);

    /// <summary>Accepts one object, or where <paramref name="allowBatch"/> says so an array of them (JSON-RPC batches, MCP 2025-03-26).</summary>
    public static JsonVerdict Check(ReadOnlySpan<byte> body, JsonLimits limits, bool allowBatch) => Check(body, limits, allowBatch, out _);

    internal static JsonVerdict Check(ReadOnlySpan<byte> body, JsonLimits limits, out long steps) => Check(body, limits, allowBatch: false, out steps);

    /// <param name="body">The complete body; its size was bounded by the transport.</param>
    /// <param name="limits">The tenant's limits. Those of depth, properties, items and strings are each message's; that of values is the body's.</param>
    /// <param name="allowBatch">Whether the root may be an array of objects.</param>
    /// <param name="steps">Tokens read and names compared: the guard's cost without a clock.</param>
    internal static JsonVerdict Check(ReadOnlySpan<byte> body, JsonLimits limits, bool allowBatch, out long steps)
    {
        steps = 0;
        // Utf8JsonReader lets broken UTF-8 inside strings pass until somebody reads them; nobody may get that far.
        if (!Utf8.IsValid(body))
        {
            return new JsonVerdict(JsonFault.InvalidUtf8, JsonText.FirstInvalidByte(body));
        }

        // One level more than allowed, so that the refusal is ours and says TooDeep; a batch is a level around its messages.
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = limits.MaxDepth + (allowBatch ? 2 : 1) });
        var names = new NameStack();
        var isBatch = false;
        try
        {
            Span<Frame> frames = stackalloc Frame[limits.MaxDepth];
            var fault = Scan(body, ref reader, limits, allowBatch, frames, ref names, ref isBatch, ref steps);
            return new JsonVerdict(fault, (int)(fault == JsonFault.None ? reader.BytesConsumed : reader.TokenStartIndex), isBatch);
        }
        catch (JsonException)
        {
            return new JsonVerdict(JsonFault.Malformed, (int)reader.BytesConsumed, isBatch);
        }
        finally
        {
            steps += names.Probes;
            names.Return();
        }
    }

    /// <summary>One sentence for the client: the limit and its value, never the offending text.</summary>
    public static string Describe(JsonFault fault, JsonLimits limits) => fault switch
    {
        JsonFault.None => "The body is acceptable.",
        JsonFault.InvalidUtf8 => "The body is not valid UTF-8.",
        JsonFault.TooDeep => $"The body nests deeper than {limits.MaxDepth} levels.",
        JsonFault.TooManyProperties => $"An object has more than {limits.MaxProperties} properties.",
        JsonFault.StringTooLong => $"A string or property name is longer than {limits.MaxStringLength} characters.",
        JsonFault.TooManyItems => $"An array has more than {limits.MaxItems} items.",
        JsonFault.TooManyNodes => $"The body has more than {limits.MaxNodes} values.",
        JsonFault.NumberOutOfRange => $"A number is longer than {limits.MaxNumberLength} characters or beyond the range of a double.",
        JsonFault.DuplicateName => "An object has two properties of the same name.",
        JsonFault.NotAnObject => "The body, or a message of the batch, is not a JSON object.",
        JsonFault.Batch => "The body is an array; batches are not supported.",
        JsonFault.TooManyMessages => $"The batch has more than {limits.MaxBatch} messages.",
        JsonFault.EmptyBatch => "The batch is empty.",
        _ => "The body is not well-formed JSON.",
    };

    private static JsonFault Scan(
        ReadOnlySpan<byte> body,
        ref Utf8JsonReader reader,
        JsonLimits limits,
        bool allowBatch,
        scoped Span<Frame> frames,
        ref NameStack names,
        ref bool isBatch,
        ref long steps)
    {
        var open = 0;
        var messages = 0;
        var nodes = 0;
        while (reader.Read())
        {
            steps++;
            var token = reader.TokenType;
            switch (token)
            {
                case JsonTokenType.EndObject:
                    names.Pop(frames[--open].FirstName);
                    continue;
                case JsonTokenType.EndArray:
                    // Outside of all containers only the batch itself can end.
                    open -= open == 0 ? 0 : 1;
                    continue;
                case JsonTokenType.PropertyName:
                    var named = Name(body, ref reader, limits, ref frames[open - 1], ref names);
                    if (named != JsonFault.None)
                    {
                        return named;
                    }

                    continue;
            }

            // Everything else begins a value. Outside of all containers that is the root or a message of a batch; the reader knows no third.
            if (open == 0)
            {
                if (token == JsonTokenType.StartArray && !isBatch)
                {
                    if (!allowBatch)
                    {
                        return JsonFault.Batch;
                    }

                    // Neither a level nor a value of any message.
                    isBatch = true;
                    continue;
                }

                if (token != JsonTokenType.StartObject)
                {
                    return JsonFault.NotAnObject;
                }

                if (++messages > limits.MaxBatch)
                {
                    return JsonFault.TooManyMessages;
                }
            }

            if (++nodes > limits.MaxNodes)
            {
                return JsonFault.TooManyNodes;
            }

            if (open > 0 && frames[open - 1].IsArray && ++frames[open - 1].Count > limits.MaxItems)
            {
                return JsonFault.TooManyItems;
            }

            var fault = JsonFault.None;
            switch (token)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    if (open == limits.MaxDepth)
                    {
                        return JsonFault.TooDeep;
                    }

                    frames[open++] = new Frame { FirstName = names.Count, IsArray = token == JsonTokenType.StartArray };
                    break;
                case JsonTokenType.String:
                    fault = Text(ref reader, limits);
                    break;
                case JsonTokenType.Number:
                    fault = Number(reader.ValueSpan, limits);
                    break;
            }

            if (fault != JsonFault.None)
            {
                return fault;
            }
        }

        return messages > 0 ? JsonFault.None : isBatch ? JsonFault.EmptyBatch : JsonFault.Malformed;
    }

    private static JsonFault Name(
        ReadOnlySpan<byte> body, ref Utf8JsonReader reader, JsonLimits limits, ref Frame frame, ref NameStack names)
    {
        if (++frame.Count > limits.MaxProperties)
        {
            return JsonFault.TooManyProperties;
        }

        var fault = Text(ref reader, limits);
        if (fault != JsonFault.None)
        {
            return fault;
        }

        return names.TryAdd(body, in reader, frame.FirstName) ? JsonFault.None : JsonFault.DuplicateName;
    }

    private static JsonFault Text(ref Utf8JsonReader reader, JsonLimits limits)
    {
        var raw = reader.ValueSpan;
        if (reader.ValueIsEscaped && JsonText.HasLoneSurrogate(raw))
        {
            return JsonFault.Malformed;
        }

        // No byte makes more than one code unit, so a short token needs no counting.
        return raw.Length > limits.MaxStringLength && JsonText.Utf16Length(raw) > limits.MaxStringLength
            ? JsonFault.StringTooLong
            : JsonFault.None;
    }

    private static JsonFault Number(ReadOnlySpan<byte> raw, JsonLimits limits)
    {
        if (raw.Length > limits.MaxNumberLength)
        {
            return JsonFault.NumberOutOfRange;
        }

        // Without an exponent it takes more than 308 digits to leave the range.
        if (raw.Length <= 308 && !raw.ContainsAny((byte)'e', (byte)'E'))
        {
            return JsonFault.None;
        }

        return Utf8Parser.TryParse(raw, out double value, out var used) && used == raw.Length && double.IsFinite(value)
            ? JsonFault.None
            : JsonFault.NumberOutOfRange;
    }

    private struct Frame
    {
        public int Count;
        public int FirstName;
        public bool IsArray;
    }
}
