using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;
using Platform.Silo.Audit;
using Platform.Silo.Storage;
using Platform.Silo.Tests.Audit;
using Platform.Silo.Tests.Storage;

namespace Platform.Silo.Tests;

/// <summary>This program as another process: it writes and prints what was acknowledged until it is killed.</summary>
internal static class ChildProcess
{
    public const string Switch = "--child";

    private const int Writers = 32;

    /// <summary>Starts the mode, kills it without warning after so many lines, and returns all that it printed.</summary>
    public static async Task<IReadOnlyList<string>> RunAndKillAsync(string mode, string directory, int afterLines)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Switch, mode, directory]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var lines = new List<string>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (lines.Count == afterLines)
            {
                process.Kill();
            }
        }

        await process.WaitForExitAsync();

        // The last line may be cut where the process died.
        return lines[..^1];
    }

    public static async Task RunAsync(string mode, string path)
    {
        using var directory = DataDirectory.Open(path);
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        var print = TextWriter.Synchronized(output);
        await (mode switch
        {
            "grains" => WriteGrainsAsync(directory, print),
            "audit" => AppendAuditAsync(directory, print),
            "lock" => HoldLockAsync(print),
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "No such child."),
        });
    }

    private static async Task WriteGrainsAsync(DataDirectory directory, TextWriter print)
    {
        using var table = new SqliteGrainStateTable(directory, NullLogger<SqliteGrainStateTable>.Instance);
        var storage = GrainStorageFixture.StorageOn(table, TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (var i = 0; ; i++)
            {
                var key = string.Create(CultureInfo.InvariantCulture, $"{writer}-{i}");
                await storage.WriteStateAsync("state", GrainStorageFixture.Id("item", key), new GrainState<Item>(new Item { Text = key }));
                await print.WriteLineAsync(key);
            }
        }));
    }

    private static async Task AppendAuditAsync(DataDirectory directory, TextWriter print)
    {
        using var log = new SqliteAuditLog(directory, NullLogger<SqliteAuditLog>.Instance);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            var shard = writer.ToString(CultureInfo.InvariantCulture);
            for (var sequence = 1; ; sequence++)
            {
                await log.AppendAsync(AuditRows.Tenant, shard, [AuditRows.Row(sequence)], CancellationToken.None);
                await print.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{shard} {sequence}"));
            }
        }));
    }

    private static async Task HoldLockAsync(TextWriter print)
    {
        await print.WriteLineAsync("locked");
        await print.WriteLineAsync("waiting");
        await Task.Delay(Timeout.Infinite);
    }
}
