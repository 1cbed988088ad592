using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Bench.Runner;

/// <summary>What wrk counted in one run, as <c>wrk/echo.lua</c> prints it.</summary>
internal sealed record WrkCounts(
    long Requests, long DurationUs, long P50Us, long P90Us, long P99Us, long MaxUs, long Connect, long Read, long Write, long Timeout, long Status)
{
    [JsonIgnore]
    public double PerSecond => Requests * 1e6 / DurationUs;

    [JsonIgnore]
    public long SocketErrors => Connect + Read + Write + Timeout;
}

/// <summary>One run: what wrk counted and what it cost the server and the machine.</summary>
internal sealed record Sample
{
    public required string Contestant { get; init; }
    public required int Connections { get; init; }
    public required int Round { get; init; }
    public required WrkCounts Counts { get; init; }
    public required double RequestsPerSecond { get; init; }
    public required double ServerCpuUsPerRequest { get; init; }

    /// <summary>CPU of the server under test, in cores.</summary>
    public required double ServerCores { get; init; }

    /// <summary>CPU of wrk, in cores.</summary>
    public required double LoadCores { get; init; }

    /// <summary>CPU of our other, idle servers, as a share of the machine.</summary>
    public required double IdleServersShare { get; init; }

    /// <summary>CPU of anybody else (and stolen by the hypervisor), as a share of the machine.</summary>
    public required double ForeignShare { get; init; }

    /// <summary>A later run of the same round took its place because the machine was busy.</summary>
    public bool Superseded { get; set; }

    public bool Disturbed => ForeignShare > Options.ForeignLimit;
}

internal sealed class Wrk(string repository, IReadOnlyList<Server> servers)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public async Task<Sample> RunAsync(Contestant contestant, int connections, int seconds, int round, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("wrk") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in (string[])
            ["-t", connections == 1 ? "1" : "2", "-c", $"{connections}", "-d", $"{seconds}s", "--timeout", "5s",
             "-s", Path.Combine(repository, "bench", "wrk", "echo.lua"), contestant.Url.ToString()])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["BENCH_ERA"] = contestant.Era;
        start.Environment["BENCH_KEY"] = contestant.Key;
        start.Environment["BENCH_READ"] = contestant.Read ?? "";

        var self = Environment.ProcessId;
        var machine = ProcStat.MachineBusy();
        var ours = ProcStat.Cpu(self, withChildren: true);
        var idle = servers.Where(server => server != contestant.Server).Sum(server => server.Cpu);
        var under = contestant.Server.Cpu;
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(cancel);
        var output = await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        var wall = watch.Elapsed.TotalSeconds;
        under = contestant.Server.Cpu - under;
        idle = servers.Where(server => server != contestant.Server).Sum(server => server.Cpu) - idle;
        ours = ProcStat.Cpu(self, withChildren: true) - ours;
        machine = ProcStat.MachineBusy() - machine;

        var line = output.Split('\n').FirstOrDefault(text => text.StartsWith("BENCH ", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"wrk failed on {contestant.Name}: {output}\n{await errors}");
        var counts = JsonSerializer.Deserialize<WrkCounts>(line[6..], Json)!;
        var capacity = wall * Environment.ProcessorCount;
        return new Sample
        {
            Contestant = contestant.Name,
            Connections = connections,
            Round = round,
            Counts = counts,
            RequestsPerSecond = Math.Round(counts.PerSecond, 1),
            ServerCpuUsPerRequest = Math.Round(under * 1e6 / Math.Max(1, counts.Requests), 2),
            ServerCores = Math.Round(under / wall, 3),
            LoadCores = Math.Round(ours / wall, 3),
            IdleServersShare = Math.Round(idle / capacity, 4),
            ForeignShare = Math.Round((machine - under - idle - ours) / capacity, 4),
        };
    }
}
