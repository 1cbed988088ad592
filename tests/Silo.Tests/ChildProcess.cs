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

/// <summary>
/// This program as another process: it writes, prints what was acknowledged, and kills itself (SIGKILL) in the very moment of an
/// acknowledgement, when a commit that is still to come would be lost.
/// </summary>
internal static class ChildProcess
{
    public const string Switch = "--child";

    /// <summary>Before the arguments of the product itself, which then runs as its own process would.</summary>
    public const string PlatformSwitch = "--platform";

    /// <summary>This program itself, even when <c>dotnet</c> runs its assembly (tests/run does): then the process's own path is dotnet's.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, Path.GetFileNameWithoutExtension(typeof(ChildProcess).Assembly.Location));

    private const int Writers = 32;
    private const int Acknowledgements = 3000;

    private static int _acknowledged;

    /// <summary>Starts the mode and returns all that it printed until its sudden end.</summary>
    public static async Task<IReadOnlyList<string>> RunUntilKilledAsync(string mode, string directory)
    {
        using var process = Process.Start(new ProcessStartInfo(Program, [Switch, mode, directory]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var lines = new List<string>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line);
        }

        await process.WaitForExitAsync();
        return lines;
    }

    public static Task<int> RunPlatformAsync(string[] args) => (Task<int>)typeof(PlatformHost).Assembly.GetTypes()
        .Single(type => type is { Namespace: null, Name: "Program" })
        .GetMethod("<Main>$", System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!
        .Invoke(null, [args])!;

    public static async Task RunAsync(string mode, string path)
    {
        using var directory = DataDirectory.Open(path);
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        using var self = Process.GetCurrentProcess();
        var print = TextWriter.Synchronized(output);
        await (mode switch
        {
            "grains" => WriteGrainsAsync(directory, line => Acknowledged(line, print, self)),
            "audit" => AppendAuditAsync(directory, line => Acknowledged(line, print, self)),
            "lock" => HoldLockAsync(print, self),
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "No such child."),
        });
    }

    private static async Task WriteGrainsAsync(DataDirectory directory, Action<string> acknowledged)
    {
        using var table = new SqliteGrainStateTable(directory, NullLogger<SqliteGrainStateTable>.Instance);
        var storage = GrainStorageFixture.StorageOn(table, TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (var i = 0; ; i++)
            {
                var key = string.Create(CultureInfo.InvariantCulture, $"{writer}-{i}");
                await storage.WriteStateAsync("state", GrainStorageFixture.Id("item", key), new GrainState<Item>(new Item { Text = key }));
                acknowledged(key);
            }
        }));
    }

    private static async Task AppendAuditAsync(DataDirectory directory, Action<string> acknowledged)
    {
        using var log = new SqliteAuditLog(directory, NullLogger<SqliteAuditLog>.Instance);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            var shard = writer.ToString(CultureInfo.InvariantCulture);
            for (var sequence = 1; ; sequence++)
            {
                await log.AppendAsync(AuditRows.Tenant, shard, [AuditRows.Row(sequence)], CancellationToken.None);
                acknowledged(string.Create(CultureInfo.InvariantCulture, $"{shard} {sequence}"));
            }
        }));
    }

    private static async Task HoldLockAsync(TextWriter print, Process self)
    {
        await print.WriteLineAsync("locked");
        self.Kill();
    }

    private static void Acknowledged(string line, TextWriter print, Process self)
    {
        print.WriteLine(line);
        if (Interlocked.Increment(ref _acknowledged) == Acknowledgements)
        {
            self.Kill();
        }
    }
}
