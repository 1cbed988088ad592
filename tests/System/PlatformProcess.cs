using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Platform.System.Tests;

/// <summary>The product as an operator runs it: one process, its output, its exit code.</summary>
internal sealed partial class PlatformProcess : IAsyncDisposable
{
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private const int ForGood = 9;
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private PlatformProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Everything it wrote so far, both streams.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <param name="arguments">Of the product.</param>
    /// <param name="under">A program with its arguments that runs the product as its child; none, and the product runs by itself.</param>
    public static PlatformProcess Launch(IEnumerable<string> arguments, params string[] under)
    {
        if (!File.Exists(Repository.SiloDll))
        {
            throw new FileNotFoundException($"The product is not built: {Repository.SiloDll}. Build Platform.sln in the configuration of this test.");
        }

        string[] command = [.. under, "dotnet", Repository.SiloDll, .. arguments];
        var start = new ProcessStartInfo(command[0])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var argument in command[1..])
        {
            start.ArgumentList.Add(argument);
        }

        var platform = new PlatformProcess(Process.Start(start)!);
        platform._process.OutputDataReceived += (_, line) => platform.Keep(line.Data);
        platform._process.ErrorDataReceived += (_, line) => platform.Keep(line.Data);
        platform._process.BeginOutputReadLine();
        platform._process.BeginErrorReadLine();
        platform._process.StandardInput.Close();
        return platform;
    }

    public async Task ReadyAsync(Uri ready, TimeSpan within, CancellationToken cancel)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        var watch = Stopwatch.StartNew();
        while (!_process.HasExited && watch.Elapsed < within)
        {
            try
            {
                using var answer = await http.GetAsync(ready, cancel);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
            {
            }

            await Task.Delay(25, cancel);
        }

        Assert.Fail(_process.HasExited
            ? $"The product ended with {_process.ExitCode} before it was ready:\n{Output}"
            : $"The product was not ready at {ready} within {within.TotalSeconds:0} s:\n{Output}");
    }

    /// <summary>Ctrl+C. Returns the exit code.</summary>
    public async Task<int> InterruptAsync(TimeSpan within, CancellationToken cancel)
    {
        if (IgnoresInterrupt())
        {
            Assert.Skip("This shell started the tests with SIGINT ignored (a background job), and children inherit that. Run them in the foreground.");
        }

        Assert.Equal(0, Kill(_process.Id, Interrupt));
        return await ExitAsync(within, cancel);
    }

    /// <summary>SIGTERM, as a service manager stops it. Returns the exit code.</summary>
    public async Task<int> StopAsync(TimeSpan within, CancellationToken cancel)
    {
        Assert.Equal(0, Kill(_process.Id, Terminate));
        return await ExitAsync(within, cancel);
    }

    /// <summary>kill -9: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync(CancellationToken cancel)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancel);
    }

    /// <summary>kill -9 for the product that runs under another program, which ends by itself then.</summary>
    public async Task KillChildAsync(CancellationToken cancel)
    {
        var child = int.Parse(File.ReadAllText($"/proc/{_process.Id}/task/{_process.Id}/children").Trim(), global::System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(0, Kill(child, ForGood));
        await ExitAsync(TimeSpan.FromSeconds(30), cancel);
    }

    public async Task<int> ExitAsync(TimeSpan within, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(within);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            Assert.Fail($"The product did not end within {within.TotalSeconds:0} s:\n{Output}");
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private bool IgnoresInterrupt()
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(text => text.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (Convert.ToUInt64(line[7..].Trim(), 16) & (1UL << (Interrupt - 1))) != 0;
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
