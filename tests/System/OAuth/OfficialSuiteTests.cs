using Microsoft.AspNetCore.WebUtilities;

namespace Platform.System.Tests.OAuth;

/// <summary>The <c>authorization</c> command of the official conformance suite against the running product, with a real browser for what it asks a person to open.</summary>
[Collection(RunningPlatformCollection.Name), Trait("Control", "AU-10")]
public sealed class OfficialSuiteTests(OAuthTenant tenant, Browser browser) : IClassFixture<OAuthTenant>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_official_suite_finds_no_failure(bool namesTheResource)
    {
        await using var visitor = await browser.VisitAsync();
        var id = await tenant.RegisterAsync("The suite", "http://127.0.0.1/callback", defaultResource: !namesTheResource);
        string[] resource = namesTheResource ? ["--resource", tenant.Endpoint.AbsoluteUri] : [];
        var (code, output, errors) = await NodeProgram.RunAsync(
            Repository.Conformance,
            [Path.Combine("node_modules", "@modelcontextprotocol", "conformance", "dist", "index.js"), "authorization", "--verbose", "--url", tenant.Issuer, "--client-id", id, "-p", $"{Ports.Free(1)[0]}", .. resource],
            [],
            TestContext.Current.CancellationToken,
            async line =>
            {
                if (line.StartsWith($"{tenant.Issuer}/oauth/authorize?", StringComparison.Ordinal))
                {
                    var authorize = new Uri(line);
                    await tenant.DecideAsync(visitor.Page, authorize, "The suite", new Uri(QueryHelpers.ParseQuery(authorize.Query)["redirect_uri"].ToString()));
                }
            });

        // Warnings are no failures to the suite; to this test they are.
        Assert.True(code == 0, $"{output}\n{errors}");
        Assert.DoesNotContain("FAILURE", output, StringComparison.Ordinal);
        Assert.DoesNotContain("SKIPPED", output, StringComparison.Ordinal);
        Assert.DoesNotContain("WARNING", output, StringComparison.Ordinal);
        Assert.Contains("Total: 3 passed, 0 failed", output, StringComparison.Ordinal);
        Assert.Empty(visitor.Violations);
    }
}
