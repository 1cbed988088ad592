// bench/run starts this. Every number is a ratio inside one run: the servers stand side by side and are driven in turn.
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Bench.Runner;
using Platform.Bench.Runner.Limits;

var options = Options.Parse(args);
var clock = Stopwatch.StartNew();
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
var cancel = stop.Token;

string Dll(string project, string name) => Path.Combine(options.Repository, "bench", project, "bin", "Release", "net10.0", name + ".dll");

var sdkDll = Dll("BareSdk", "Platform.Bench.BareSdk");
var productDll = options.ProductDll ?? Path.Combine(options.Repository, "src", "Silo", "bin", "Release", "net10.0", "Platform.Silo.dll");
var proofs = new List<Proof>();
var samples = new List<Sample>();
var latencies = new List<Latency>();

if (string.Equals(options.Mode, "limits", StringComparison.Ordinal))
{
    await using var limited = await Product.StartAsync(productDll, cancel);
    return await new LimitsRun(options, limited, await Facts.ReadAsync(options.Repository, limited.DataDirectory, sdkDll)).RunAsync(cancel);
}

await using var kestrel = await BaselineAsync("kestrel", Dll("BareKestrel", "Platform.Bench.BareKestrel"));
await using var kestrelAgain = await BaselineAsync("kestrel-again", Dll("BareKestrel", "Platform.Bench.BareKestrel"));
await using var sdk = await BaselineAsync("sdk", sdkDll);
await using var product = options.BaselinesOnly ? null : await Product.StartAsync(productDll, cancel);

Contestant[] contestants =
[
    new("kestrel", kestrel, Mcp(kestrel), "2026", ""),
    new("kestrel-again", kestrelAgain, Mcp(kestrelAgain), "2026", ""),
    new("sdk-2025", sdk, Mcp(sdk), "2025", ""),
    new("sdk-2026", sdk, Mcp(sdk), "2026", ""),
    .. product is null ? Array.Empty<Contestant>() : [product.DurableCalls, product.BatchedCalls],
];
Server[] servers = [kestrel, kestrelAgain, sdk, .. product is null ? Array.Empty<Server>() : [product.Server]];
var wrk = new Wrk(options.Repository, servers);
var facts = await Facts.ReadAsync(options.Repository, product?.DataDirectory, sdkDll);
Say($"{options.Mode}: {contestants.Length} contestants, {options.Rounds} rounds, {facts["cpu"]}, {facts["cores"]} cores, {facts["runtime"]}");

await BaselineBodiesAsync("before");
if (product is not null)
{
    proofs.AddRange(await product.ProveAsync("before", cancel));
}

if (proofs.Exists(proof => !proof.Holds))
{
    Say(Proofs());
    Say("Not measured: what is not right or not controlled has no speed.");
    return 1;
}

// Warm-up: at least so long and so many calls.
var trail = product is null ? default : await product.NewestAsync(cancel);
var answered = contestants.ToDictionary(it => it.Name, _ => 0L, StringComparer.Ordinal);
var abandoned = contestants.ToDictionary(it => it.Name, _ => 0L, StringComparer.Ordinal);
foreach (var contestant in contestants)
{
    long calls = 0;
    for (var i = 0; i == 0 || (calls < options.WarmupCalls && i < 3); i++)
    {
        var sample = await wrk.RunAsync(contestant, 16, options.WarmupSeconds, -1, cancel);
        Count(sample);
        calls += sample.Counts.Requests;
    }
}

// Rounds interleaved; each begins with the next contestant, so that none always follows the same one.
var repeats = options.Repeats;
var slowDown = false;
for (var round = 0; round < options.Rounds; round++)
{
    foreach (var connections in Options.Connections)
    {
        for (var i = 0; i < contestants.Length; i++)
        {
            if (clock.Elapsed > options.Deadline)
            {
                slowDown = true;
                break;
            }

            var contestant = contestants[(i + round) % contestants.Length];
            var sample = await wrk.RunAsync(contestant, connections, options.Seconds(connections), round, cancel);
            Count(sample);
            samples.Add(sample);
            if (sample.Disturbed && repeats > 0)
            {
                repeats--;
                var again = await wrk.RunAsync(contestant, connections, options.Seconds(connections), round, cancel);
                Count(again);
                (again.ForeignShare < sample.ForeignShare ? sample : again).Superseded = true;
                samples.Add(again);
            }
        }
    }

    Say($"round {round + 1} of {options.Rounds} after {clock.Elapsed.TotalSeconds:0} s");
}

foreach (var contestant in contestants.Where(it => it.Name is "kestrel" or "sdk-2026" or "durable" or "batched"))
{
    if (clock.Elapsed < options.Deadline + TimeSpan.FromMinutes(1))
    {
        latencies.Add(await OpenLoop.RunAsync(contestant, options.OpenLoopSamples, cancel));
        answered[contestant.Name] += options.OpenLoopSamples + OpenLoop.WarmupCalls(options.OpenLoopSamples);
    }
}

if (product is not null)
{
    // wrk hangs up on the calls that are under way at its end: the server may have answered and audited them, so the trail may hold that many more.
    await Task.Delay(1_000, cancel);
    var after = await product.NewestAsync(cancel);
    proofs.Add(Trail("durable", after.Durable - trail.Durable));
    proofs.Add(Trail("batched", after.Batched - trail.Batched));
    proofs.AddRange(await product.ProveAsync("after", cancel));
    proofs.AddRange(await product.VerifyAsync(cancel));
}

await BaselineBodiesAsync("after");

foreach (var contestant in contestants)
{
    var own = samples.Where(sample => sample.Contestant == contestant.Name).ToList();
    proofs.Add(new Proof("load", $"{contestant.Name}: no answer above 399, no socket error", own.TrueForAll(sample => sample.Counts is { Status: 0, SocketErrors: 0 }),
        $"{own.Sum(sample => sample.Counts.Status)} and {own.Sum(sample => sample.Counts.SocketErrors)} of {own.Sum(sample => sample.Counts.Requests)}"));
}

var ratios = Report.Ratios(samples);
Say(Report.Table([.. contestants.Select(it => it.Name)], samples, ratios, latencies));
Say(Proofs());
foreach (var server in servers)
{
    Say($"{server.Name}: ready after {server.StartToReady.TotalMilliseconds:0} ms, {ProcStat.ResidentKiB(server.Id) / 1024} MiB resident at the end");
}

if (samples.Exists(sample => sample is { Disturbed: true, Superseded: false }))
{
    Say($"{samples.Count(sample => sample is { Disturbed: true, Superseded: false })} runs had more than {Options.ForeignLimit:P0} of the machine taken by others; they are marked in the results.");
}

if (slowDown)
{
    Say("The time was up before all rounds were done.");
}

var results = Path.Combine(options.Repository, "bench", "results");
Directory.CreateDirectory(results);
var web = new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true };
var startedAt = DateTimeOffset.UtcNow - clock.Elapsed;
var file = Path.Combine(results, $"{startedAt:yyyyMMdd-HHmmss}-{options.Mode}.json");
await File.WriteAllTextAsync(file, new JsonObject
{
    ["mode"] = options.Mode,
    ["startedAt"] = startedAt,
    ["seconds"] = Math.Round(clock.Elapsed.TotalSeconds),
    ["complete"] = !slowDown,
    ["machine"] = facts,
    ["startToReadyMs"] = JsonSerializer.SerializeToNode(servers.ToDictionary(it => it.Name, it => Math.Round(it.StartToReady.TotalMilliseconds)), web),
    ["proofs"] = JsonSerializer.SerializeToNode(proofs, web),
    ["ratios"] = JsonSerializer.SerializeToNode(ratios, web),
    ["openLoop"] = JsonSerializer.SerializeToNode(latencies, web),
    ["rounds"] = JsonSerializer.SerializeToNode(samples, web),
}.ToJsonString(web), cancel);
Say($"Written: {Path.GetRelativePath(options.Repository, file)} after {clock.Elapsed.TotalSeconds:0} s");
return proofs.Exists(proof => !proof.Holds) ? 1 : 0;

async Task<Server> BaselineAsync(string name, string dll)
{
    var port = Server.FreePorts(1)[0];
    return await Server.StartAsync(name, dll, new Uri($"http://127.0.0.1:{port}/health/ready"), ["--urls", $"http://127.0.0.1:{port}"], cancel);
}

static Uri Mcp(Server server) => new(server.Ready, "/mcp");

void Count(Sample sample)
{
    answered[sample.Contestant] += sample.Counts.Requests - sample.Counts.Status;
    abandoned[sample.Contestant] += sample.Connections;
}

Proof Trail(string name, long events) =>
    new("load", $"{name}: the trail grew by the accepted calls", events >= answered[name] && events <= answered[name] + abandoned[name],
        $"{events} events, {answered[name]} answered calls, at most {abandoned[name]} hung up");

// The product's own bodies are checked with its controls.
async Task BaselineBodiesAsync(string when)
{
    foreach (var contestant in contestants.Where(it => it.Server != product?.Server))
    {
        var faults = await BodyCheck.RunAsync(contestant, cancel);
        proofs.Add(new Proof(when, $"{contestant.Name}: {BodyCheck.Calls} bodies are right", faults.Length == 0, faults.Length == 0 ? "all" : string.Join("; ", faults.Take(3))));
    }
}

string Proofs() => string.Join('\n', proofs.Select(proof => $"{(proof.Holds ? "proved" : "FAILED"),-8}{proof.When,-8}{proof.What} ({proof.Seen})"));

static void Say(string line) => Console.WriteLine(line);
