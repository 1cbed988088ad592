using System.Diagnostics;

namespace Platform.System.Tests;

/// <summary>The command line tool, as a user of their own has it: a process for each command, and a home directory.</summary>
internal sealed class CliTool : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Home { get; } = Directory.CreateTempSubdirectory("mocopr-cli-").FullName;

    /// <summary>Runs it with this on standard input, which is closed then.</summary>
    public async Task<CliResult> FeedAsync(string input, CancellationToken cancel, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Repository.CliDll, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Home,
        };
        start.Environment["HOME"] = Home;
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(Home, ".config");
        start.Environment["DOTNET_CLI_HOME"] = Home;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        using var process = Process.Start(start)!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.StandardInput.WriteAsync(input.AsMemory(), patience.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);
            return new CliResult(string.Join(' ', arguments), process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    public Task<CliResult> RunAsync(CancellationToken cancel, params string[] arguments) => FeedAsync("", cancel, arguments);

    /// <summary>Runs it and demands that it went well.</summary>
    public async Task<string> DoAsync(CancellationToken cancel, params string[] arguments)
    {
        var result = await RunAsync(cancel, arguments);
        Assert.True(result.Exit == 0, result.ToString());
        return result.Output;
    }

    /// <summary>What it prints as JSON.</summary>
    public async Task<JsonNode> AskAsync(CancellationToken cancel, params string[] arguments) => JsonNode.Parse(await DoAsync(cancel, [.. arguments, "-o", "json"]))!;

    public async Task SignInAsync(Uri management, string key, CancellationToken cancel, params string[] more)
    {
        var result = await FeedAsync(key + "\n", cancel, ["login", "--url", management.GetLeftPart(UriPartial.Authority), .. more]);
        Assert.True(result.Exit == 0, result.ToString());
    }

    public void Dispose() => Directory.Delete(Home, recursive: true);
}

internal sealed record CliResult(string Arguments, int Exit, string Output, string Error);
