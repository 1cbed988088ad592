using System.Diagnostics;

namespace Platform.System.Tests;

/// <summary>
/// A disk that is really full: the data directory is a small tmpfs in a mount namespace of the product's own, filled up from outside. Nothing is answered that is not on record, nothing that was
/// answered is lost, and room on the disk is all it takes to go on.
/// </summary>
[Trait("Control", "AL-5")]
public sealed class DiskFullTests
{
    private const string Tenant = "full";
    private const int Unavailable = 50301;
    private const int MostCalls = 20_000;

    [Fact]
    public async Task While_the_disk_is_full_nothing_is_answered_unrecorded_and_room_is_all_it_takes_to_go_on()
    {
        var cancel = TestContext.Current.CancellationToken;
        Assert.SkipUnless(await CanMountAsync(cancel), "This machine does not let its users make mount namespaces.");
        await using var home = new PlatformHome();
        Directory.CreateDirectory(home.Data);
        var process = home.LaunchUnder(["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs -o size=32m,mode=0700 tmpfs \"$0\" && exec \"$@\"", home.Data]);
        await process.ReadyAsync(new Uri(home.Management, "/health/ready"), TimeSpan.FromSeconds(90), cancel);
        using var management = await home.ManagementAsync(cancel);
        await management.CreateTenantAsync(Tenant, cancel);
        var key = await management.IssueKeyAsync(Tenant, cancel);
        using var mcp = new RawMcp(home.Endpoint(Tenant), key.Secret);
        var acknowledged = new List<string>();
        await SetAsync(mcp, acknowledged, "before", cancel);

        var ballast = $"/proc/{process.Id}/root{home.Data}/ballast";
        Fill(ballast);
        var refusals = new List<RpcReply>();
        var echoes = 0;
        for (var call = 0; call < MostCalls && refusals.Count < 5; call++)
        {
            // Room that the journals had left is used up first.
            var reply = await mcp.EchoAsync("full", cancel);
            if (reply.Ok)
            {
                echoes++;
                continue;
            }

            refusals.Add(reply);
            if (await SetAsync(mcp, acknowledged, $"during{call}", cancel) is { Ok: false } refused)
            {
                Assert.InRange(refused.Status, 200, 503);
                Assert.NotNull(refused.Body!["error"]);
            }
        }

        var health = await HealthAsync(home.Management, cancel);
        File.Delete(ballast);
        await ServesAgainAsync(mcp, cancel);
        await SetAsync(mcp, acknowledged, "after", cancel);

        Assert.Equal(5, refusals.Count);
        Assert.All(refusals, refusal => Assert.Equal(Unavailable, refusal.Body!["error"]!["code"]!.GetValue<int>()));
        Assert.All(refusals, refusal => Assert.DoesNotMatch("(?i)sqlite|disk|exception|audit\\.db", refusal.Raw));
        Assert.Equal(HttpStatusCode.OK, health);
        Assert.Contains("after", acknowledged);
        foreach (var name in acknowledged)
        {
            Assert.True((await mcp.CallAsync("memory_get", new JsonObject { ["key"] = name }, cancel)).Ok, $"{name} was acknowledged and is lost.");
        }

        await management.VerifiedEventsAsync(Tenant, cancel);
        var served = (await management.AuditEventsAsync(Tenant, cancel)).Where(entry => entry is { Action: "tools/call", Outcome: "ok" }).ToList();
        Assert.True(served.Count(entry => entry.Target == "echo") > echoes, $"{served.Count} events of more than {echoes} answered calls.");
        Assert.True(served.Count(entry => entry.Target == "memory_set") >= acknowledged.Count);
    }

    private static async Task<RpcReply> SetAsync(RawMcp mcp, List<string> acknowledged, string name, CancellationToken cancel)
    {
        var reply = await mcp.CallAsync("memory_set", new JsonObject { ["key"] = name, ["value"] = "x" }, cancel);
        if (reply.Ok)
        {
            acknowledged.Add(name);
        }

        return reply;
    }

    private static async Task ServesAgainAsync(RawMcp mcp, CancellationToken cancel)
    {
        for (var watch = Stopwatch.StartNew(); !(await mcp.EchoAsync("again", cancel)).Ok; await Task.Delay(100, cancel))
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), "It did not go on within a minute.");
        }
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 });
        for (var size = 1 << 20; size >= 1; size /= 2)
        {
            try
            {
                while (true)
                {
                    file.Write(new byte[size]);
                }
            }
            catch (IOException)
            {
                // So much does not fit any more; half of it may.
            }
        }
    }

    private static async Task<HttpStatusCode> HealthAsync(Uri management, CancellationToken cancel)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        using var answer = await http.GetAsync(new Uri(management, "/health/live"), cancel);
        return answer.StatusCode;
    }

    private static async Task<bool> CanMountAsync(CancellationToken cancel)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("unshare", ["--user", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /tmp"]) { UseShellExecute = false, RedirectStandardError = true })!;
            await process.WaitForExitAsync(cancel);
            return process.ExitCode == 0;
        }
        catch (global::System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
