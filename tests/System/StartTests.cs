using System.Diagnostics;

namespace Platform.System.Tests;

/// <summary>Starting and stopping the one process, as a person at a terminal meets it.</summary>
public sealed class StartTests
{
    private const int BadConfiguration = 78;
    private static readonly UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact, Trait("Control", "CF-4")]
    public async Task First_start_prints_endpoint_key_and_commands_and_writes_them_for_the_owner_only()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = new PlatformHome();
        var process = await home.StartAsync(cancel);
        var boot = await home.BootAsync(cancel);

        Assert.Equal(home.Endpoint(boot.Tenant), boot.McpUrl);
        Assert.Equal(home.Management.Authority, boot.ManagementUrl.Authority);
        Assert.StartsWith("mcpk_", boot.ApiKey, StringComparison.Ordinal);
        Assert.StartsWith("mcpm_", boot.AdminKey, StringComparison.Ordinal);
        Assert.NotEmpty(boot.BootstrapSecret);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(home.BootFile));

        // The output is pumped by another thread: what was printed before readiness may arrive a moment later.
        await EventuallyAsync(() => process.Output.Contains("curl", StringComparison.Ordinal) && process.Output.Contains(boot.ApiKey, StringComparison.Ordinal), cancel);
        Assert.Contains(boot.McpUrl.ToString(), process.Output, StringComparison.Ordinal);
        Assert.Contains(boot.ApiKey, process.Output, StringComparison.Ordinal);
        Assert.Contains("curl", process.Output, StringComparison.Ordinal);

        using var mcp = new RawMcp(boot.McpUrl, boot.ApiKey);
        var reply = await mcp.EchoAsync("first call", cancel);
        Assert.True(reply.Ok, reply.ToString());
        Assert.Equal("first call", reply.Text);
    }

    [Fact]
    public async Task Second_start_uses_the_data_again_says_so_and_prints_no_key()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = new PlatformHome();
        var first = await home.StartAsync(cancel);
        var boot = await home.BootAsync(cancel);
        using (var before = new RawMcp(boot.McpUrl, boot.ApiKey))
        {
            var set = await before.CallAsync("memory_set", new JsonObject { ["key"] = "kept", ["value"] = "over the restart" }, cancel);
            Assert.True(set.Ok, set.ToString());
        }

        Assert.Equal(0, await first.StopAsync(TimeSpan.FromSeconds(15), cancel));

        var second = await home.StartAsync(cancel);
        await EventuallyAsync(() => second.Output.Contains(home.Data, StringComparison.Ordinal), cancel);
        Assert.Contains(home.Data, second.Output, StringComparison.Ordinal);
        foreach (var prefix in new[] { "mcpk_", "mcpm_", "mcps_", boot.BootstrapSecret })
        {
            Assert.DoesNotContain(prefix, second.Output, StringComparison.Ordinal);
        }

        using var mcp = new RawMcp(boot.McpUrl, boot.ApiKey);
        var got = await mcp.CallAsync("memory_get", new JsonObject { ["key"] = "kept" }, cancel);
        Assert.True(got.Ok, got.ToString());
        Assert.Contains("over the restart", got.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupt_ends_it_with_0_quickly()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = new PlatformHome();
        var process = await home.StartAsync(cancel);
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, await process.InterruptAsync(TimeSpan.FromSeconds(15), cancel));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"It took {watch.Elapsed.TotalSeconds:0.0} s to end.");
    }

    [Fact]
    public async Task Terminate_ends_it_with_0_quickly_and_logs_no_trouble()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = new PlatformHome();
        var process = await home.StartAsync(cancel);
        var boot = await home.BootAsync(cancel);

        // Something was counted that is not in the history of metrics yet.
        using (var mcp = new RawMcp(boot.McpUrl, boot.ApiKey))
        {
            Assert.True((await mcp.EchoAsync("counted", cancel)).Ok);
        }

        await Task.Delay(TimeSpan.FromSeconds(3), cancel);
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, await process.StopAsync(TimeSpan.FromSeconds(15), cancel));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"It took {watch.Elapsed.TotalSeconds:0.0} s to end.");
        foreach (var trouble in new[] { "warn:", "fail:", "crit:", "Exception" })
        {
            Assert.DoesNotContain(trouble, process.Output, StringComparison.Ordinal);
        }
    }

    [Fact, Trait("Control", "CF-2")]
    public async Task Data_directory_in_use_is_refused_with_78_and_a_clear_text()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = new PlatformHome();
        var first = await home.StartAsync(cancel);
        var ports = Ports.Free(4);
        await using var second = PlatformProcess.Launch(
        [
            $"--Platform:DataDirectory={home.Data}",
            $"--Platform:Urls:Data=http://127.0.0.1:{ports[0]}",
            $"--Platform:Urls:Management=http://127.0.0.1:{ports[1]}",
            $"--Platform:Orleans:SiloPort={ports[2]}",
            $"--Platform:Orleans:GatewayPort={ports[3]}",
        ]);
        await AssertRefusedAsync(second, home.Data, cancel);
        Assert.True(
            new[] { "in use", "already", "another" }.Any(word => second.Output.Contains(word, StringComparison.OrdinalIgnoreCase)),
            $"It does not say that another process has the directory:\n{second.Output}");

        var boot = await home.BootAsync(cancel);
        using var mcp = new RawMcp(boot.McpUrl, boot.ApiKey);
        var reply = await mcp.EchoAsync("still here", cancel);
        Assert.True(reply.Ok, $"The first process was disturbed: {reply}\n{first.Output}");
    }

    [Fact, Trait("Control", "CF-2")]
    public async Task Data_directory_that_is_a_file_is_refused_with_78()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = new PlatformHome();
        await File.WriteAllTextAsync(home.Data, "not a directory", cancel);
        await AssertRefusedAsync(home.Launch(), home.Data, cancel);
        Assert.Equal("not a directory", await File.ReadAllTextAsync(home.Data, cancel));
    }

    [Fact, Trait("Control", "CF-2")]
    public async Task Corrupt_grains_database_is_refused_with_78_and_left_as_it_is()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = new PlatformHome();
        var first = await home.StartAsync(cancel);
        await first.StopAsync(TimeSpan.FromSeconds(15), cancel);
        var database = Directory.EnumerateFiles(home.Data, "grains.db", SearchOption.AllDirectories).Single();
        foreach (var companion in Directory.EnumerateFiles(Path.GetDirectoryName(database)!, "grains.db-*"))
        {
            File.Delete(companion);
        }

        var rubbish = new byte[64 * 1024];
        Array.Fill(rubbish, (byte)0xA5);
        await File.WriteAllBytesAsync(database, rubbish, cancel);
        await AssertRefusedAsync(home.Launch(), "grains.db", cancel);
        Assert.Equal(rubbish, await File.ReadAllBytesAsync(database, cancel));
    }

    [Fact, Trait("Control", "ER-3")]
    public async Task There_is_no_mode_with_details_in_errors_and_asking_for_one_is_refused_with_78()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = new PlatformHome();
        string[] wishes = ["Platform:DetailedErrors", "Platform:Errors:Detailed", "Platform:AllowAnonymous", "Platform:Cors:AllowAnyOrigin", "Platform:Validation:Permissive"];
        await using var process = PlatformProcess.Launch([$"--Platform:DataDirectory={home.Data}", .. wishes.Select(wish => $"--{wish}=true")]);

        await AssertRefusedAsync(process, "Platform:DetailedErrors is not a setting", cancel);
        Assert.All(wishes, wish => Assert.Contains(wish.Split(':')[1], process.Output, StringComparison.Ordinal));
    }

    [Fact, Trait("Control", "CF-2")]
    public async Task A_limit_outside_its_range_is_refused_with_78_and_the_range()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = new PlatformHome();
        await using var process = PlatformProcess.Launch([$"--Platform:DataDirectory={home.Data}", "--Platform:Limits:ConnectionsPerAddress=0"]);

        await AssertRefusedAsync(process, "Platform:Limits:ConnectionsPerAddress is 0; choose 1 to 10000.", cancel);
    }

    private static async Task AssertRefusedAsync(PlatformProcess process, string names, CancellationToken cancel)
    {
        var code = await process.ExitAsync(TimeSpan.FromSeconds(30), cancel);
        Assert.True(code == BadConfiguration, $"Exit code {code}:\n{process.Output}");
        await EventuallyAsync(() => process.Output.Contains(names, StringComparison.Ordinal), cancel);
        Assert.Contains(names, process.Output, StringComparison.Ordinal);
        // A person reads this: no stack trace.
        Assert.DoesNotContain("   at ", process.Output, StringComparison.Ordinal);
    }

    private static async Task EventuallyAsync(Func<bool> condition, CancellationToken cancel)
    {
        for (var i = 0; i < 40 && !condition(); i++)
        {
            await Task.Delay(50, cancel);
        }
    }
}
