using System.Diagnostics;
using System.Text;

namespace Platform.System.Tests;

/// <summary>Runs the README's tour as it is printed there, against the product, in one shell.</summary>
public sealed class ReadmeTourTests
{
    private const string Promise = "# prints: ";

    [Fact]
    public async Task The_tour_in_the_readme_works_word_for_word()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var home = new PlatformHome();
        await home.StartAsync(cancel);
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"), cancel);
        var blocks = readme.Split("```sh tour\n").Skip(1).Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)]).ToArray();
        var script = string.Concat(blocks)
            .Replace("first.json", home.BootFile, StringComparison.Ordinal)
            .Replace("dotnet run --project src/Cli --", $"dotnet '{Repository.CliDll}'", StringComparison.Ordinal);
        var promises = script.Split('\n').Where(line => line.Contains(Promise, StringComparison.Ordinal)).Select(line => line[(line.IndexOf(Promise, StringComparison.Ordinal) + Promise.Length)..].Trim()).ToArray();

        var output = await ShellAsync(script, cancel);

        Assert.True(blocks.Length >= 7 && promises.Length >= 12, "The README lost its tour.");
        foreach (var promise in promises)
        {
            // In the order promised: each is looked for after the one before.
            var at = output.IndexOf(promise, StringComparison.Ordinal);
            Assert.True(at >= 0, $"The README promises {promise}, what is left of the output is:\n{output}");
            output = output[(at + promise.Length)..];
        }
    }

    private static async Task<string> ShellAsync(string script, CancellationToken cancel)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-eu", "-o", "pipefail", "-c", script])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var error = bash.StandardError.ReadToEndAsync(cancel);
        var output = await bash.StandardOutput.ReadToEndAsync(cancel);
        await bash.WaitForExitAsync(cancel);
        Assert.True(bash.ExitCode == 0, new StringBuilder("The tour's shell failed: ").Append(await error).AppendLine().Append(output).ToString());
        return output;
    }
}
