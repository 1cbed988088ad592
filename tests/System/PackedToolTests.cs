using System.Diagnostics;

namespace Platform.System.Tests;

/// <summary>The command line tool as people install it: packed, put into a folder by the SDK from a folder of packages, and run by its own name.</summary>
public sealed class PackedToolTests : IDisposable
{
    private const string Nowhere = "http://127.0.0.1:9";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private readonly string _home = Directory.CreateTempSubdirectory("mocopr-tool-").FullName;

    [Fact]
    public async Task It_is_packed_installed_without_a_network_and_answers()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (packages, tools, sources) = (Path.Combine(_home, "packages"), Path.Combine(_home, "tools"), Path.Combine(_home, "nuget.config"));
        await RunAsync("dotnet", "pack", Path.Combine(Repository.Root, "src", "Cli", "Platform.Cli.csproj"), "-c", Repository.Configuration, "--no-build", "-o", packages, "-nologo", "-v", "q");
        var version = Path.GetFileNameWithoutExtension(Assert.Single(Directory.GetFiles(packages))).Replace("Platform.Cli.", "", StringComparison.Ordinal);
        await File.WriteAllTextAsync(sources, $"""<configuration><packageSources><clear /><add key="here" value="{packages}" /></packageSources></configuration>""", cancel);

        await RunAsync("dotnet", "tool", "install", "Platform.Cli", "--tool-path", tools, "--configfile", sources);

        var platform = Path.Combine(tools, OperatingSystem.IsWindows() ? "platform.exe" : "platform");
        Assert.Equal(version, (await RunAsync(platform, "--version")).Trim());
        Assert.Contains("complete -o default -F _platform platform", await RunAsync(platform, "completion", "bash"), StringComparison.Ordinal);
        Assert.Equal(["audit"], (await RunAsync(platform, "[suggest:11]", "platform au")).Split('\n', StringSplitOptions.TrimEntries).Where(word => word.StartsWith('a')));
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _home };
        foreach (var (name, value) in (IEnumerable<(string, string)>)
            [("DOTNET_CLI_HOME", _home), ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), ("DOTNET_NOLOGO", "1"), ("DOTNET_GENERATE_ASPNET_CERTIFICATE", "false"), ("MSBUILDDISABLENODEREUSE", "1"),
                ("http_proxy", Nowhere), ("https_proxy", Nowhere), ("HTTP_PROXY", Nowhere), ("HTTPS_PROXY", Nowhere)])
        {
            start.Environment[name] = value;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        using var process = Process.Start(start)!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}\n{await output}\n{await error}");
            return await output;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
