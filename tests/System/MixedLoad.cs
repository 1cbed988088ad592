using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;

namespace Platform.System.Tests;

/// <summary>
/// Clients that write, call and issue keys on both nodes of a cluster, and go to the first node when the second one is gone. What is not acknowledged promises nothing and is done again
/// under another name.
/// </summary>
internal sealed class MixedLoad(ClusterHome home, string tenant, string key, ManagementApi survivor) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<long> _answers = new();
    private int _acknowledged;
    private int _calls;

    public ConcurrentDictionary<string, string> Writes { get; } = new(StringComparer.Ordinal);

    public ConcurrentBag<IssuedKey> Keys { get; } = [];

    /// <summary>The answers that were not an acknowledgement. A connection that broke is none.</summary>
    public ConcurrentBag<string> Refusals { get; } = [];

    public int Calls => _calls;

    public Task RunAsync(int clients, CancellationToken cancel) =>
        Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(() => ClientAsync(client, cancel), cancel)).Append(Task.Run(() => IssueAsync(cancel), cancel)));

    public async Task AcknowledgedAsync(int count, TimeSpan within, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        while (Volatile.Read(ref _acknowledged) < count)
        {
            Assert.True(watch.Elapsed < within, $"Only {_acknowledged} of {count} were acknowledged in {within.TotalSeconds:0} s, {Refusals.Count} were not.");
            await Task.Delay(10, cancel);
        }
    }

    /// <summary>Waits for more acknowledgements; the longest time between two of them since now.</summary>
    public async Task<TimeSpan> ResumedAsync(int after, TimeSpan within, CancellationToken cancel)
    {
        var begun = Stopwatch.GetTimestamp();
        await AcknowledgedAsync(Volatile.Read(ref _acknowledged) + after, within, cancel);
        long[] times = [begun, .. _answers.Where(time => time > begun).Order()];
        return times.Zip(times.Skip(1), Stopwatch.GetElapsedTime).Max();
    }

    public Task StopAsync() => _stop.CancelAsync();

    public void Dispose() => _stop.Dispose();

    private async Task ClientAsync(int client, CancellationToken cancel)
    {
        var node = client % home.Nodes.Length;
        for (var mcp = new RawMcp(home.Nodes[node].Endpoint(tenant), key); ;)
        {
            for (var i = 0; ; i++)
            {
                if (_stop.IsCancellationRequested)
                {
                    mcp.Dispose();
                    return;
                }

                var (name, value) = ($"c{client}n{node}i{i}", $"value{RandomNumberGenerator.GetHexString(16)}");
                try
                {
                    if (i % 3 == 2)
                    {
                        Note(await mcp.EchoAsync("load", cancel), () => Interlocked.Increment(ref _calls));
                    }
                    else
                    {
                        Note(await mcp.CallAsync("memory_set", new JsonObject { ["key"] = name, ["value"] = value }, cancel), () => Writes[name] = value);
                    }
                }
                catch (HttpRequestException) when (node != 0)
                {
                    break;
                }
            }

            mcp.Dispose();
            node = 0;
            mcp = new RawMcp(home.Nodes[node].Endpoint(tenant), key);
        }
    }

    private async Task IssueAsync(CancellationToken cancel)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var issued = await survivor.IssueKeyAsync(tenant, cancel);
                Note(() => Keys.Add(issued));
            }
            catch (Exception refused) when (refused is Xunit.Sdk.XunitException or HttpRequestException)
            {
                Refusals.Add(refused.Message);
            }

            await Task.Delay(50, cancel);
        }
    }

    private void Note(RpcReply reply, Action keep)
    {
        if (reply.Ok)
        {
            Note(keep);
        }
        else
        {
            Refusals.Add(reply.ToString());
        }
    }

    private void Note(Action keep)
    {
        keep();
        _answers.Enqueue(Stopwatch.GetTimestamp());
        Interlocked.Increment(ref _acknowledged);
    }
}
