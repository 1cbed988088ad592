using System.Buffers;
using System.Text.Json;

namespace Platform.Bench.BareKestrel;

internal static class EchoEndpoint
{
    private static readonly JsonEncodedText JsonRpc = JsonEncodedText.Encode("jsonrpc");
    private static readonly JsonEncodedText Version = JsonEncodedText.Encode("2.0");
    private static readonly JsonEncodedText Id = JsonEncodedText.Encode("id");
    private static readonly JsonEncodedText ResultName = JsonEncodedText.Encode("result");
    private static readonly JsonEncodedText ResultType = JsonEncodedText.Encode("resultType");
    private static readonly JsonEncodedText Complete = JsonEncodedText.Encode("complete");
    private static readonly JsonEncodedText Content = JsonEncodedText.Encode("content");
    private static readonly JsonEncodedText Type = JsonEncodedText.Encode("type");
    private static readonly JsonEncodedText Text = JsonEncodedText.Encode("text");

    // One per thread, reset for each answer: nothing is awaited between renting and returning.
    [ThreadStatic]
    private static Utf8JsonWriter? s_writer;

    public static async Task HandleAsync(HttpContext http)
    {
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            http.Response.StatusCode = http.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal) ? 200 : 405;
            return;
        }

        var pipe = http.Request.BodyReader;
        while (true)
        {
            var read = await pipe.ReadAsync(http.RequestAborted);
            if (!read.IsCompleted)
            {
                pipe.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            var answered = TryAnswer(read.Buffer, http.Response);
            pipe.AdvanceTo(read.Buffer.End);
            if (!answered)
            {
                http.Response.StatusCode = StatusCodes.Status400BadRequest;
                return;
            }

            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
            return;
        }
    }

    private static bool TryAnswer(in ReadOnlySequence<byte> body, HttpResponse response)
    {
        long id = 0;
        string? message = null;
        var call = false;
        var echo = false;
        try
        {
            var reader = new Utf8JsonReader(body);
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                {
                    continue;
                }

                if (reader.CurrentDepth == 1 && reader.ValueTextEquals("id"u8))
                {
                    reader.Read();
                    id = reader.GetInt64();
                }
                else if (reader.CurrentDepth == 1 && reader.ValueTextEquals("method"u8))
                {
                    reader.Read();
                    call = reader.ValueTextEquals("tools/call"u8);
                }
                else if (reader.CurrentDepth == 2 && reader.ValueTextEquals("name"u8))
                {
                    reader.Read();
                    echo = reader.ValueTextEquals("echo"u8);
                }
                else if (reader.CurrentDepth == 3 && reader.ValueTextEquals("message"u8))
                {
                    reader.Read();
                    message = reader.GetString();
                }
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return false;
        }

        if (!call || !echo || message is null)
        {
            return false;
        }

        var writer = s_writer ??= new Utf8JsonWriter(Stream.Null, new JsonWriterOptions { SkipValidation = true });
        writer.Reset(response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteString(JsonRpc, Version);
        writer.WriteNumber(Id, id);
        writer.WriteStartObject(ResultName);
        writer.WriteString(ResultType, Complete);
        writer.WriteStartArray(Content);
        writer.WriteStartObject();
        writer.WriteString(Type, Text);
        writer.WriteString(Text, message);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/json";
        response.ContentLength = writer.BytesPending + writer.BytesCommitted;
        writer.Flush();
        writer.Reset(Stream.Null);
        return true;
    }
}
