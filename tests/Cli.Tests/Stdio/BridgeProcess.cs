using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Platform.Cli.Tests.Stdio;

/// <summary><c>platform stdio</c> as a host starts it: a process of its own.</summary>
internal sealed partial class BridgeProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private readonly Process _process;
    private readonly Task<string> _error;

    private BridgeProcess(Process process) => (_process, _error) = (process, process.StandardError.ReadToEndAsync());

    /// <summary>The built tool, which lies beside these tests.</summary>
    public static string Dll { get; } = Path.Combine(AppContext.BaseDirectory, "Platform.Cli.dll");

    public StreamWriter Input => _process.StandardInput;

    public StreamReader Output => _process.StandardOutput;

    public static BridgeProcess Start(string? key, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Dll, "stdio", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Remove("MOCOPR_KEY");
        if (key is not null)
        {
            start.Environment["MOCOPR_KEY"] = key;
        }

        return new BridgeProcess(Process.Start(start)!);
    }

    /// <summary>What the operating system shows of it to every user.</summary>
    public string CommandLine => File.ReadAllText($"/proc/{_process.Id}/cmdline");

    public void Kill() => Assert.Equal(0, Signal(_process.Id, Terminate));

    /// <summary>Closes standard input, unless a signal was sent, and waits.</summary>
    public async Task<(int Code, string Output, string Error)> EndAsync(bool close = true)
    {
        if (close)
        {
            Input.Close();
        }

        var output = await Output.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return (_process.ExitCode, output, await _error);
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

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int process, int signal);
}
