using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Platform.Silo.Tests.Audit.Sinks;

/// <summary>What a collector sees of a log record.</summary>
internal sealed record CollectedLog(ulong Nanoseconds, int Severity, string Body, IReadOnlyDictionary<string, string> Attributes);

/// <summary>An OpenTelemetry collector for logs on loopback, by gRPC or HTTP, that reads the protobuf by the field numbers of opentelemetry-proto.</summary>
internal sealed class LogCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly bool _isGrpc;

    private LogCollector(WebApplication app, bool isGrpc) => (_app, _isGrpc) = (app, isGrpc);

    public string Url { get; private set; } = "";

    /// <summary>What is answered: 200 takes it.</summary>
    public int Answer { get; set; } = 200;

    /// <summary>What is said with a 200: an <c>ExportLogsServiceResponse</c>, or something else.</summary>
    public byte[] Says { get; set; } = [];

    public ConcurrentQueue<CollectedLog> Logs { get; } = new();

    public ConcurrentQueue<string> Requests { get; } = new();

    public static async Task<LogCollector> StartAsync(bool isGrpc)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var app = builder.Build();
        var collector = new LogCollector(app, isGrpc);
        app.Run(collector.TakeAsync);
        await app.StartAsync();
        collector.Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        Requests.Enqueue($"{http.Request.Path} {http.Request.Headers["x-canary"]}");
        if (Answer != 200)
        {
            http.Response.Headers.Location = "http://127.0.0.1:9/";
            http.Response.StatusCode = _isGrpc ? 200 : Answer;
            http.Response.ContentType = "application/grpc";
            if (_isGrpc)
            {
                http.Response.AppendTrailer("grpc-status", "13");
            }

            return;
        }

        Read(body.ToArray().AsMemory(_isGrpc ? 5 : 0));
        if (_isGrpc)
        {
            http.Response.ContentType = "application/grpc";
            await http.Response.Body.WriteAsync((byte[])[0, 0, 0, 0, (byte)Says.Length, .. Says]);
            http.Response.AppendTrailer("grpc-status", "0");
        }
        else
        {
            await http.Response.Body.WriteAsync(Says);
        }
    }

    // ExportLogsServiceRequest.resource_logs = 1, ResourceLogs.scope_logs = 2, ScopeLogs.log_records = 2.
    private void Read(ReadOnlyMemory<byte> request)
    {
        foreach (var record in Children(request, 1).SelectMany(resource => Children(resource, 2)).SelectMany(scope => Children(scope, 2)))
        {
            var fields = Fields(record).ToList();
            Logs.Enqueue(new CollectedLog(
                fields.Where(field => field.Number == 1).Select(field => BinaryPrimitives.ReadUInt64LittleEndian(field.Bytes.Span)).FirstOrDefault(),
                (int)fields.Where(field => field.Number == 2).Select(field => field.Value).FirstOrDefault(),
                fields.Where(field => field.Number == 5).Select(field => Text(field.Bytes)).FirstOrDefault() ?? "",
                fields.Where(field => field.Number == 6).ToDictionary(
                    field => Encoding.UTF8.GetString(Children(field.Bytes, 1).Single().Span),
                    field => Text(Children(field.Bytes, 2).Single()),
                    StringComparer.Ordinal)));
        }
    }

    // AnyValue.string_value = 1, int_value = 3.
    private static string Text(ReadOnlyMemory<byte> value) => Fields(value).Select(field => field.Number == 3
        ? field.Value.ToString(global::System.Globalization.CultureInfo.InvariantCulture)
        : Encoding.UTF8.GetString(field.Bytes.Span)).FirstOrDefault() ?? "";

    private static IEnumerable<ReadOnlyMemory<byte>> Children(ReadOnlyMemory<byte> message, int number) => Fields(message).Where(field => field.Number == number).Select(field => field.Bytes);

    private static List<(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)> Fields(ReadOnlyMemory<byte> message)
    {
        var fields = new List<(int, ulong, ReadOnlyMemory<byte>)>();
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message.Span, ref at);
            var (value, length) = (key & 7) switch
            {
                0 => (Varint(message.Span, ref at), 0),
                1 => (0UL, 8),
                2 => (0UL, (int)Varint(message.Span, ref at)),
                5 => (0UL, 4),
                _ => throw new InvalidDataException("No protobuf."),
            };
            fields.Add(((int)(key >> 3), value, message.Slice(at, length)));
            at += length;
        }

        return fields;
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var one = bytes[at++];
            value |= (ulong)(one & 0x7F) << shift;
            if (one < 0x80)
            {
                return value;
            }
        }
    }
}
