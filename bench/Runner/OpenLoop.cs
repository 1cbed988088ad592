using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Platform.Bench.Runner;

internal sealed record Latency(string Contestant, int Samples, double RatePerSecond, double P50Us, double P99Us, double P999Us, double MaxUs, int NotOk);

/// <summary>
/// Latency on one connection at a fixed rate, counted from the time each request was meant to leave: a slow answer makes the next ones late
/// and shows, which a closed loop hides.
/// </summary>
internal static class OpenLoop
{
    private const int Rate = 1_000;

    public static async Task<Latency> RunAsync(Contestant contestant, int samples, CancellationToken cancel)
    {
        var bytes = await BytesAsync(contestant, cancel);
        return await Task.Factory.StartNew(() => Run(contestant, bytes, samples, cancel), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Calls before the samples, not counted in them.</summary>
    public static int WarmupCalls(int samples) => Math.Min(1_000, samples / 2);

    private static Latency Run(Contestant contestant, byte[] request, int samples, CancellationToken cancel)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 10_000 };
        socket.Connect(IPAddress.Loopback, contestant.Url.Port);
        var buffer = new byte[64 * 1024];
        var warm = WarmupCalls(samples);
        var times = new double[samples];
        var notOk = 0;
        var interval = Stopwatch.Frequency / Rate;
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < warm + samples; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var intended = begin + (i * interval);
            while (Stopwatch.GetTimestamp() < intended)
            {
                Thread.SpinWait(20);
            }

            socket.Send(request);
            var ok = Receive(socket, buffer);
            if (i >= warm)
            {
                times[i - warm] = Stopwatch.GetElapsedTime(intended).TotalMicroseconds;
                notOk += ok ? 0 : 1;
            }
        }

        Array.Sort(times);
        return new Latency(contestant.Name, samples, Rate, At(0.50), At(0.99), At(0.999), Math.Round(times[^1], 1), notOk);

        double At(double share) => Math.Round(times[Math.Min(samples - 1, (int)(samples * share))], 1);
    }

    // Reads one whole answer, with a length or chunked.
    private static bool Receive(Socket socket, byte[] buffer)
    {
        var have = 0;
        var head = -1;
        var total = -1;
        while (true)
        {
            var read = socket.Receive(buffer.AsSpan(have));
            if (read == 0)
            {
                throw new IOException("The server closed the connection.");
            }

            have += read;
            if (head < 0)
            {
                var end = buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8);
                if (end < 0)
                {
                    continue;
                }

                head = end + 4;
                total = ContentLength(buffer.AsSpan(0, head)) is { } length ? head + length : -1;
            }

            if (total >= 0 ? have >= total : buffer.AsSpan(head, have - head).EndsWith("0\r\n\r\n"u8))
            {
                return buffer.AsSpan(0, have).StartsWith("HTTP/1.1 200"u8);
            }
        }
    }

    private static int? ContentLength(ReadOnlySpan<byte> head)
    {
        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        if (at < 0)
        {
            return null;
        }

        var rest = head[(at + name.Length)..];
        return int.Parse(rest[..rest.IndexOf((byte)'\r')], NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static async Task<byte[]> BytesAsync(Contestant contestant, CancellationToken cancel)
    {
        using var request = contestant.Request(1, "echo", new JsonObject { ["message"] = "The quick brown fox jumps over the lazy dog." });
        var body = await request.Content!.ReadAsByteArrayAsync(cancel);
        var head = new StringBuilder($"POST {contestant.Url.PathAndQuery} HTTP/1.1\r\nHost: {contestant.Url.Authority}\r\n");
        foreach (var (name, values) in request.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {string.Join(", ", values)}\r\n");
        }

        head.Append(CultureInfo.InvariantCulture, $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head.ToString()), .. body];
    }
}
