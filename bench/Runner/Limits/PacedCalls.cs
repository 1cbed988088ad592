using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Platform.Bench.Runner.Limits;

internal sealed record Paced(int Calls, int NotOk, double Seconds, double P50Us, double P99Us);

/// <summary>
/// Calls at a rate, from four connections, counted from the time each was meant to leave. Waits by timer and not by spinning: two loads share two cores with the server here.
/// </summary>
internal static class PacedCalls
{
    private const int Lanes = 4;

    public static async Task<Paced> RunAsync(Contestant contestant, int perSecond, TimeSpan time, CancellationToken cancel)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Lanes }) { Timeout = TimeSpan.FromSeconds(30) };
        var begin = Stopwatch.GetTimestamp();
        var lanes = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => LaneAsync(http, contestant, begin, lane, perSecond, time, cancel), cancel)));
        var times = lanes.SelectMany(lane => lane.Times).Order().ToArray();
        return new Paced(times.Length, lanes.Sum(lane => lane.NotOk), Stopwatch.GetElapsedTime(begin).TotalSeconds, At(0.50), At(0.99));

        double At(double share) => Math.Round(times[Math.Min(times.Length - 1, (int)(times.Length * share))], 1);
    }

    private static async Task<(List<double> Times, int NotOk)> LaneAsync(HttpClient http, Contestant contestant, long begin, int lane, int perSecond, TimeSpan time, CancellationToken cancel)
    {
        var (times, notOk) = (new List<double>(), 0);
        var end = begin + (long)(time.TotalSeconds * Stopwatch.Frequency);
        for (var call = lane; ; call += Lanes)
        {
            var intended = begin + (call * Stopwatch.Frequency / perSecond);
            if (intended >= end || Stopwatch.GetTimestamp() >= end)
            {
                return (times, notOk);
            }

            var early = TimeSpan.FromSeconds((double)(intended - Stopwatch.GetTimestamp()) / Stopwatch.Frequency);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, cancel);
            }

            using var request = contestant.Request(call, "echo", new JsonObject { ["message"] = "The quick brown fox jumps over the lazy dog." });
            using var response = await http.SendAsync(request, cancel);
            _ = await response.Content.ReadAsByteArrayAsync(cancel);
            times.Add(Stopwatch.GetElapsedTime(intended).TotalMicroseconds);
            notOk += response.IsSuccessStatusCode ? 0 : 1;
        }
    }
}
