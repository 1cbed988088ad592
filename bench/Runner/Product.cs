using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Platform.Bench.Runner;

/// <summary>One thing the run proves about the product besides its speed.</summary>
internal sealed record Proof(string When, string What, bool Holds, string Seen);

/// <summary>The product, its two tenants, and the proof that all controls are on.</summary>
internal sealed class Product : IAsyncDisposable
{
    private const string Durable = "bench-durable";
    private const string Batched = "bench-batched";
    private readonly HttpClient _management;
    private readonly string _dataDirectory;
    private int _named;

    private Product(Server server, HttpClient management, string dataDirectory)
    {
        Server = server;
        _management = management;
        _dataDirectory = dataDirectory;
    }

    public Server Server { get; }

    public Contestant DurableCalls { get; private set; } = null!;

    public Contestant BatchedCalls { get; private set; } = null!;

    public string DataDirectory => _dataDirectory;

    public static async Task<Product> StartAsync(string dll, CancellationToken cancel)
    {
        var data = Directory.CreateTempSubdirectory("mocopr-bench-").FullName;
        var ports = Server.FreePorts(4);
        var boot = Path.Combine(data, "boot.json");
        var management = new Uri($"http://127.0.0.1:{ports[1]}");
        var server = await Server.StartAsync("product", dll, new Uri(management, "/health/ready"),
        [
            $"--Platform:DataDirectory={Path.Combine(data, "data")}",
            $"--Platform:Urls:Data=http://127.0.0.1:{ports[0]}",
            $"--Platform:Urls:Management={management.GetLeftPart(UriPartial.Authority)}",
            $"--Platform:Orleans:SiloPort={ports[2]}",
            $"--Platform:Orleans:GatewayPort={ports[3]}",
            $"--Platform:Bootstrap:OutputFile={boot}",
        ], cancel);
        var first = JsonNode.Parse(await File.ReadAllTextAsync(boot, cancel))!.AsObject();
        var http = new HttpClient { BaseAddress = management, Timeout = TimeSpan.FromSeconds(150) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", first["adminKey"]!.GetValue<string>());
        var product = new Product(server, http, data);
        try
        {
            foreach (var (slug, mode) in new[] { (Durable, "durable"), (Batched, "batched") })
            {
                await product.PostAsync("/v1/tenants", new JsonObject { ["slug"] = slug, ["auditMode"] = mode, ["rateLimit"] = Limit(100_000_000, 10_000_000) }, cancel);
            }

            product.DurableCalls = new("durable", server, Endpoint(Durable), "2026", await product.KeyAsync(Durable, "admin", null, cancel));
            product.BatchedCalls = new("batched", server, Endpoint(Batched), "2026", await product.KeyAsync(Batched, "admin", null, cancel));
            return product;
        }
        catch
        {
            await product.DisposeAsync();
            throw;
        }

        Uri Endpoint(string slug) => new($"http://127.0.0.1:{ports[0]}/t/{slug}/mcp");
    }

    /// <summary>A further tenant, with a batched trail, and a key with this limit.</summary>
    public async Task<Contestant> TenantAsync(string slug, JsonObject limit, CancellationToken cancel)
    {
        await PostAsync("/v1/tenants", new JsonObject { ["slug"] = slug, ["auditMode"] = "batched", ["rateLimit"] = Limit(100_000_000, 10_000_000) }, cancel);
        return BatchedCalls with { Name = slug, Url = new Uri(BatchedCalls.Url, $"/t/{slug}/mcp"), Key = await KeyAsync(slug, "admin", limit, cancel) };
    }

    /// <summary>Puts a text into a tenant's memory.</summary>
    public async Task SetMemoryAsync(string slug, string key, string value, CancellationToken cancel)
    {
        using var content = new StringContent(value, System.Text.Encoding.UTF8, "text/plain");
        content.Headers.ContentType!.CharSet = null;
        using var response = await _management.PutAsync(new Uri($"/v1/tenants/{slug}/resources/memory/{key}?ttlSeconds=86400", UriKind.Relative), content, cancel);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Runs before and after the load, in the same process.</summary>
    public async Task<IReadOnlyList<Proof>> ProveAsync(string when, CancellationToken cancel)
    {
        var proofs = new List<Proof>();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        foreach (var calls in new[] { DurableCalls, BatchedCalls })
        {
            var wrong = calls.Key[..^8] + (calls.Key[^8] == 'a' ? 'b' : 'a') + calls.Key[^7..];
            await StatusAsync(calls, "wrong key is refused", wrong, 401);
            await StatusAsync(calls, "the other tenant's key is refused", ReferenceEquals(calls, DurableCalls) ? BatchedCalls.Key : DurableCalls.Key, 401);

            using (var none = calls.Request(1, "echo", Hello()))
            {
                none.Headers.Authorization = null;
                using var response = await http.SendAsync(none, cancel);
                Add($"{calls.Name}: missing key is refused", (int)response.StatusCode == 401, $"{(int)response.StatusCode}");
            }

            var slug = ReferenceEquals(calls, DurableCalls) ? Durable : Batched;
            await StatusAsync(calls, "a reader may not call tools", await KeyAsync(slug, "user", null, cancel), 403);

            var limited = await KeyAsync(slug, "admin", Limit(1, 1), cancel);
            await StatusAsync(calls, "first call of a 1-per-minute key passes", limited, 200);
            using (var second = calls.Request(1, "echo", Hello(), limited))
            {
                using var response = await http.SendAsync(second, cancel);
                var after = response.Headers.RetryAfter?.Delta;
                Add($"{calls.Name}: its second call is limited, with Retry-After",
                    response.StatusCode == HttpStatusCode.TooManyRequests && after > TimeSpan.Zero, $"{(int)response.StatusCode}, Retry-After {after}");
            }

            using (var bad = calls.Request(1, "echo", new JsonObject { ["message"] = 5 }))
            {
                using var response = await http.SendAsync(bad, cancel);
                var answer = await Contestant.AnswerAsync(response, cancel);
                Add($"{calls.Name}: arguments against the schema are refused",
                    answer?["error"] is not null || answer?["result"]?["isError"]?.GetValue<bool>() == true, $"{(int)response.StatusCode} {answer?.ToJsonString()}");
            }

            // The exact count: every checked call has its event, and nothing else has.
            var from = await NewestAsync(slug, cancel);
            var faults = await BodyCheck.RunAsync(calls, cancel);
            Add($"{calls.Name}: {BodyCheck.Calls} bodies are right", faults.Length == 0, faults.Length == 0 ? "all" : string.Join("; ", faults.Take(3)));
            var events = await AcceptedAsync(slug, from, cancel);
            for (var i = 0; i < 20 && events < BodyCheck.Calls && ReferenceEquals(calls, BatchedCalls); i++)
            {
                await Task.Delay(100, cancel);
                events = await AcceptedAsync(slug, from, cancel);
            }

            Add($"{calls.Name}: they left as many audit events", events == BodyCheck.Calls, $"{events}");
        }

        return proofs;

        void Add(string what, bool holds, string seen) => proofs.Add(new Proof(when, what, holds, seen));

        async Task StatusAsync(Contestant calls, string what, string key, int status)
        {
            using var request = calls.Request(1, "echo", Hello(), key);
            using var response = await http.SendAsync(request, cancel);
            Add($"{calls.Name}: {what}", (int)response.StatusCode == status, $"{(int)response.StatusCode}");
        }
    }

    /// <summary>Newest sequence of each tenant's trail: (durable, batched).</summary>
    public async Task<(long Durable, long Batched)> NewestAsync(CancellationToken cancel) => (await NewestAsync(Durable, cancel), await NewestAsync(Batched, cancel));

    /// <summary>Every event of the whole run still chains.</summary>
    public async Task<IReadOnlyList<Proof>> VerifyAsync(CancellationToken cancel)
    {
        var proofs = new List<Proof>();
        foreach (var slug in new[] { Durable, Batched })
        {
            var watch = Stopwatch.StartNew();
            try
            {
                var answer = await PostAsync($"/v1/tenants/{slug}/audit-events:verify", new JsonObject(), cancel);
                proofs.Add(new Proof("after", $"{slug}: the chain verifies", answer["firstBad"] is null && answer["events"]!.GetValue<long>() > 0,
                    $"{answer["events"]} events in {watch.ElapsedMilliseconds} ms {answer["fault"]}"));
            }
            catch (Exception e) when (e is HttpRequestException or InvalidOperationException or TaskCanceledException && !cancel.IsCancellationRequested)
            {
                proofs.Add(new Proof("after", $"{slug}: the chain verifies", false, $"{e.Message} after {watch.ElapsedMilliseconds} ms"));
            }
        }

        return proofs;
    }

    public async ValueTask DisposeAsync()
    {
        _management.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(_dataDirectory, recursive: true);
    }

    private static JsonObject Hello() => new() { ["message"] = "hello" };

    public static JsonObject Limit(int perMinute, int burst) => new() { ["permitsPerMinute"] = perMinute, ["burst"] = burst };

    private async Task<string> KeyAsync(string slug, string role, JsonObject? limit, CancellationToken cancel)
    {
        var body = new JsonObject { ["name"] = $"bench {++_named}", ["roles"] = new JsonArray(role) };
        if (limit is not null)
        {
            body["rateLimit"] = limit;
        }

        return (await PostAsync($"/v1/tenants/{slug}/keys", body, cancel))["secret"]!.GetValue<string>();
    }

    private async Task<long> NewestAsync(string slug, CancellationToken cancel) =>
        (await GetAsync($"/v1/tenants/{slug}/audit-events?pageSize=1", cancel))["items"]!.AsArray() is [{ } newest, ..] ? newest["sequence"]!.GetValue<long>() : 0;

    private async Task<int> AcceptedAsync(string slug, long after, CancellationToken cancel)
    {
        var count = 0;
        string? token = null;
        do
        {
            var page = await GetAsync($"/v1/tenants/{slug}/audit-events?pageSize=200" + (token is null ? "" : $"&pageToken={Uri.EscapeDataString(token)}"), cancel);
            foreach (var item in page["items"]!.AsArray())
            {
                if (item!["sequence"]!.GetValue<long>() <= after)
                {
                    return count;
                }

                var it = item["event"]!;
                count += string.Equals(it["action"]?.GetValue<string>(), "tools/call", StringComparison.Ordinal)
                    && string.Equals(it["outcome"]?.GetValue<string>(), "ok", StringComparison.Ordinal) ? 1 : 0;
            }

            token = page["nextPageToken"]?.GetValue<string>();
        }
        while (token is not null);
        return count;
    }

    private async Task<JsonObject> GetAsync(string path, CancellationToken cancel)
    {
        using var response = await _management.GetAsync(new Uri(path, UriKind.Relative), cancel);
        return await ReadAsync(response, path, cancel);
    }

    private async Task<JsonObject> PostAsync(string path, JsonObject body, CancellationToken cancel)
    {
        using var response = await _management.PostAsJsonAsync(path, body, cancel);
        return await ReadAsync(response, path, cancel);
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage response, string path, CancellationToken cancel)
    {
        var text = await response.Content.ReadAsStringAsync(cancel);
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(text)!.AsObject()
            : throw new InvalidOperationException($"{path} answered {(int)response.StatusCode}: {text}");
    }
}
