using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Platform.Bench.Runner;

/// <summary>A server under test: one process on loopback, its output kept for the case that it does not start.</summary>
internal sealed partial class Server : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private Server(string name, Uri ready, Process process)
    {
        Name = name;
        Ready = ready;
        _process = process;
    }

    public string Name { get; }

    public Uri Ready { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>From the start of the process to the first 200 of its readiness.</summary>
    public TimeSpan StartToReady { get; private set; }

    public double Cpu => ProcStat.Cpu(Id);

    public static async Task<Server> StartAsync(string name, string dll, Uri ready, IEnumerable<string> arguments, CancellationToken cancel)
    {
        if (!File.Exists(dll))
        {
            throw new FileNotFoundException($"{name} is not built: {dll}");
        }

        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetDirectoryName(dll)!,
        };
        start.ArgumentList.Add(dll);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var watch = Stopwatch.StartNew();
        var server = new Server(name, ready, Process.Start(start)!);
        server._process.OutputDataReceived += (_, line) => server.Keep(line.Data);
        server._process.ErrorDataReceived += (_, line) => server.Keep(line.Data);
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        server._process.StandardInput.Close();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        while (true)
        {
            if (server._process.HasExited || watch.Elapsed > TimeSpan.FromSeconds(60))
            {
                var output = server.Output;
                await server.DisposeAsync();
                throw new InvalidOperationException($"{name} did not get ready at {ready}. Its output:\n{output}");
            }

            try
            {
                using var answer = await http.GetAsync(ready, cancel);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    server.StartToReady = watch.Elapsed;
                    return server;
                }
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
            {
            }

            await Task.Delay(20, cancel);
        }
    }

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

    /// <summary>Free loopback ports; all are held until the last is known, so that no two are equal.</summary>
    public static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        try
        {
            return [.. listeners.Select(listener =>
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            })];
        }
        finally
        {
            foreach (var listener in listeners)
            {
                listener.Dispose();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, 15);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            if (line is not null && _output.Length < 64 * 1024)
            {
                _output.AppendLine(line);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
