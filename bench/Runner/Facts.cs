using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Platform.Bench.Runner;

/// <summary>What a result must say about where it comes from.</summary>
internal static class Facts
{
    public static async Task<JsonObject> ReadAsync(string repository, string? dataDirectory, string sdkDll)
    {
        return new JsonObject
        {
            ["commit"] = await RunAsync("git", "-C", repository, "rev-parse", "HEAD"),
            ["dirty"] = (await RunAsync("git", "-C", repository, "status", "--porcelain")).Length > 0,
            ["cpu"] = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim(),
            ["cores"] = Environment.ProcessorCount,
            ["memory"] = File.ReadLines("/proc/meminfo").First().Split(':')[1].Trim(),
            ["kernel"] = RuntimeInformation.OSDescription,
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["dotnetSdk"] = await RunAsync("dotnet", "--version"),
            ["mcpSdk"] = FileVersionInfo.GetVersionInfo(Path.Combine(Path.GetDirectoryName(sdkDll)!, "ModelContextProtocol.AspNetCore.dll")).ProductVersion,
            ["wrk"] = (await RunAsync("wrk", "-v")).Split('\n')[0],
            ["dataFileSystem"] = dataDirectory is null ? null : await RunAsync("stat", "-f", "-c", "%T", dataDirectory),
            ["runner"] = Assembly.GetExecutingAssembly().GetName().Version?.ToString(),
        };
    }

    private static async Task<string> RunAsync(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var text = await process.StandardOutput.ReadToEndAsync();
            _ = await error;
            await process.WaitForExitAsync();
            return text.Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown";
        }
    }
}
