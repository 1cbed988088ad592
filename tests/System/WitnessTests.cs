using System.Diagnostics;
using System.Globalization;

namespace Platform.System.Tests;

/// <summary>A database that was put back to an older copy: noticed at the start by what a file on another disk has, and by whoever has that file and a bundle.</summary>
public sealed class WitnessTests
{
    private const string Tenant = "set-back";

    [Fact, Trait("Control", "AL-4")]
    public async Task An_audit_database_that_was_set_back_is_named_at_the_start_and_by_the_CLI()
    {
        var cancel = TestContext.Current.CancellationToken;
        var other = Directory.CreateTempSubdirectory("mocopr-witness-").FullName;
        var file = Path.Combine(other, "witness.jsonl");
        await using var home = new PlatformHome($"--Platform:Audit:Witness:File={file}");
        var process = await home.StartAsync(cancel);
        using var management = await home.ManagementAsync(cancel);
        await management.CreateTenantAsync(Tenant, cancel);
        await management.IssueKeyAsync(Tenant, cancel);

        // The question is itself an event.
        var kept = await management.VerifiedEventsAsync(Tenant, cancel) + 1;
        Assert.Equal(0, await process.StopAsync(TimeSpan.FromSeconds(30), cancel));
        var copy = Directory.GetFiles(home.Data, "audit.db*").ToDictionary(path => path, File.ReadAllBytes);

        process = await home.StartAsync(cancel);

        // More than what is asked below: what came anew in the place of all of these would be "rewritten".
        for (var key = 0; key < 8; key++)
        {
            await management.IssueKeyAsync(Tenant, cancel);
        }

        await TakenAsync(file, await management.TakeCheckpointAsync(cancel), cancel);
        Assert.Equal(0, await process.StopAsync(TimeSpan.FromSeconds(30), cancel));
        Array.ForEach(Directory.GetFiles(home.Data, "audit.db*"), File.Delete);
        foreach (var (path, bytes) in copy)
        {
            await File.WriteAllBytesAsync(path, bytes, cancel);
        }

        process = await home.StartAsync(cancel);

        var findings = await management.FindingsAsync(cancel);
        var finding = findings.SingleOrDefault(finding => finding["seen"] is not null && finding["tenant"]!.GetValue<string>() != "_sys");
        Assert.True(finding is not null, $"{findings.Count} findings; the product wrote:\n{process.Output}\nand the witness has:\n{await File.ReadAllTextAsync(file, cancel)}");
        Assert.Equal(("rolled-back", "file", kept + 1), (finding["fault"]!.GetValue<string>(), finding["by"]!.GetValue<string>(), finding["sequence"]!.GetValue<long>()));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"AUDIT TRAIL rolled-back: tenant {finding["tenant"]}, shard 0, record {kept + 1}"), process.Output, StringComparison.Ordinal);
        Assert.Equal("tenant-read-only", await management.RefusalAsync($"/v1/tenants/{Tenant}/keys", new JsonObject { ["name"] = "late", ["roles"] = new JsonArray("admin") }, cancel));

        var bundle = Path.Combine(other, "bundle.zip");
        await File.WriteAllBytesAsync(bundle, await management.ExportAsync(Tenant, cancel), cancel);
        var (code, text) = await VerifyAsync(bundle, file, cancel);
        Assert.True(code == 1 && text.Contains("rolled-back", StringComparison.Ordinal), text);
        Directory.Delete(other, recursive: true);
    }

    /// <summary>Waits until the witness has the checkpoint.</summary>
    private static async Task TakenAsync(string file, long number, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        while (!File.Exists(file) || !(await File.ReadAllTextAsync(file, cancel)).Contains($"\"number\":{number},", StringComparison.Ordinal))
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), "The witness did not get the checkpoint.");
            await Task.Delay(100, cancel);
        }
    }

    private static async Task<(int Code, string Text)> VerifyAsync(string bundle, string witness, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { Repository.CliDll, "audit", "verify", bundle, "--witness", witness })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var text = await process.StandardError.ReadToEndAsync(cancel) + await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, text);
    }
}
