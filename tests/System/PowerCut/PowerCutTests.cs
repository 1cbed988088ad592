using System.Collections.Concurrent;
using System.Diagnostics;

namespace Platform.System.Tests.PowerCut;

/// <summary>
/// An acknowledgement survives a power cut. The product runs under <c>strace</c>; from its own system calls this makes the disk as it would be after the power
/// went at a given moment, when nothing was kept but what an fsync had made durable, and starts the product on that.
/// </summary>
public sealed class PowerCutTests
{
    private const string Tracer = "/usr/bin/strace";
    private const string Tenant = "cut";
    private const int Clients = 4;
    private const int Wanted = 400;
    private const int Cuts = 2;

    [Fact, Trait("Control", "AL-5")]
    public async Task Acknowledged_writes_keys_and_audit_events_survive_a_power_cut()
    {
        if (!File.Exists(Tracer))
        {
            Assert.Skip($"There is no {Tracer}. Install Debian's package 'strace' (tests/run does where there is apt-get).");
        }

        var cancel = TestContext.Current.CancellationToken;
        var output = TestContext.Current.TestOutputHelper;
        await using var home = new PlatformHome();
        var first = await home.StartAsync(cancel);
        string adminKey;
        IssuedKey key;
        using (var management = await home.ManagementAsync(cancel))
        {
            adminKey = (await home.BootAsync(cancel)).AdminKey;
            await management.CreateTenantAsync(Tenant, cancel);
            key = await management.IssueKeyAsync(Tenant, cancel);
        }

        await first.StopAsync(TimeSpan.FromSeconds(30), cancel);
        var disk = new VolatileDisk(home.Data);

        var trace = Path.Combine(home.Root, "trace");
        var process = home.LaunchUnder([Tracer, "-f", "-ttt", "-T", "-y", "-xx", "-s", "67108864", "--seccomp-bpf", "-e", "signal=none", "-e", $"trace={SyscallTrace.Calls}", "-o", trace]);
        await process.ReadyAsync(new Uri(home.Management, "/health/ready"), TimeSpan.FromSeconds(90), cancel);
        var promises = await LoadAsync(home, adminKey, key.Secret, cancel);
        await process.KillChildAsync(cancel);

        var known = promises.Select(promise => promise.At).Order().ToList();
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var part = known.Count / (Cuts + 1);
        var moments = Enumerable.Range(1, Cuts).Select(cut => known[(cut * part) + random.Next(part)]).ToList();
        output?.WriteLine($"{promises.Count} promises in {(known[^1] - known[0]) / 1000} ms, seed {seed}");

        var images = new List<(string Folder, long At)>();
        disk.Play(SyscallTrace.Read(trace), moments, moment =>
        {
            foreach (var torn in new[] { null, random })
            {
                var folder = Directory.CreateDirectory(Path.Combine(home.Root, $"cut{moment}{(torn is null ? "" : "-torn")}"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
                disk.CutTo(folder, torn);
                images.Add((folder, moments[moment]));
            }
        });
        Assert.Equal(Cuts * 2, images.Count);

        var later = 0;
        foreach (var (folder, at) in images)
        {
            var again = await home.StartAsync(cancel, $"--Platform:DataDirectory={folder}");
            using var management = new ManagementApi(home.Management, adminKey);
            var due = promises.Where(promise => promise.At <= at).ToList();
            await Parallel.ForEachAsync(due.Where(promise => promise.Value is not null).Chunk(100), cancel, async (lane, stop) =>
            {
                using var mcp = new RawMcp(home.Endpoint(Tenant), key.Secret);
                foreach (var write in lane)
                {
                    Assert.True(await HoldsAsync(mcp, write, stop), $"{write.Name} was acknowledged before the cut and is not in {Path.GetFileName(folder)}.");
                }
            });

            foreach (var issued in due.Where(promise => promise.Value is null))
            {
                using var mcp = new RawMcp(home.Endpoint(Tenant), issued.Name);
                Assert.True((await mcp.EchoAsync("alive", cancel)).Ok, $"A key that was issued before the cut does not work in {Path.GetFileName(folder)}.");
            }

            await management.VerifiedEventsAsync(Tenant, cancel);
            var events = await management.AuditEventsAsync(Tenant, cancel);
            Assert.True(events.Count(it => it is { Action: "tools/call", Outcome: "ok" } && it.Target?.Contains("memory_set", StringComparison.Ordinal) == true) >= due.Count(promise => promise.Value is not null));

            // The measure itself: what was acknowledged well after the cut cannot be there, or nothing was cut.
            using var reader = new RawMcp(home.Endpoint(Tenant), key.Secret);
            foreach (var write in promises.Where(promise => promise.At > at + 200_000 && promise.Value is not null).Take(3))
            {
                later++;
                Assert.False(await HoldsAsync(reader, write, cancel), $"{write.Name} was acknowledged after the cut and is in {Path.GetFileName(folder)}.");
            }

            await again.StopAsync(TimeSpan.FromSeconds(30), cancel);
            output?.WriteLine($"{Path.GetFileName(folder)}: {due.Count} promises kept, {events.Count} events");
        }

        Assert.True(later > 0, "No write came long enough after a cut to show that anything was cut.");
    }

    private static async Task<bool> HoldsAsync(RawMcp mcp, Promise write, CancellationToken cancel)
    {
        var got = await mcp.CallAsync("memory_get", new JsonObject { ["key"] = write.Name }, cancel);
        return got.Ok && got.Text.Contains(write.Value!, StringComparison.Ordinal);
    }

    private static async Task<List<Promise>> LoadAsync(PlatformHome home, string adminKey, string key, CancellationToken cancel)
    {
        var promises = new ConcurrentBag<Promise>();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            using var mcp = new RawMcp(home.Endpoint(Tenant), key);
            using var management = new ManagementApi(home.Management, adminKey);
            for (var i = 0; promises.Count < Wanted && watch.Elapsed < TimeSpan.FromSeconds(60); i++)
            {
                if (i % 20 == 19)
                {
                    var issued = await management.IssueKeyAsync(Tenant, cancel);
                    promises.Add(new Promise(issued.Secret, null, Now()));
                }

                var (name, value) = ($"c{client}n{i}", $"value{Guid.NewGuid():N}");
                var reply = await mcp.CallAsync("memory_set", new JsonObject { ["key"] = name, ["value"] = value }, cancel);
                Assert.True(reply.Ok, reply.ToString());
                promises.Add(new Promise(name, value, Now()));
            }
        }, cancel)));
        Assert.True(promises.Count >= Wanted, $"Only {promises.Count} of {Wanted} in 60 s.");
        return [.. promises];
    }

    private static long Now() => (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>What was acknowledged: a value in memory, or a key (without a value).</summary>
    private sealed record Promise(string Name, string? Value, long At);
}
