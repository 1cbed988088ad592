namespace Platform.System.Tests;

/// <summary>That other tests find no violation of a policy means something only if one is found where there is one.</summary>
public sealed class BrowserTests(Browser browser) : IClassFixture<Browser>
{
    [Theory]
    [InlineData("default-src 'none'", true)]
    [InlineData("default-src 'none'; style-src 'unsafe-inline'", false)]
    public async Task Browser_tells_of_what_a_policy_forbids(string policy, bool violated)
    {
        await using var visitor = await browser.VisitAsync();
        await visitor.Page.RouteAsync("**/*", route => route.FulfillAsync(new()
        {
            ContentType = "text/html",
            Headers = new Dictionary<string, string> { ["Content-Security-Policy"] = policy },
            Body = "<!doctype html><title>test</title><link rel=\"icon\" href=\"data:,\"><p style=\"color:red\">text",
        }));
        await visitor.Page.GotoAsync("http://policy.test/");

        // Both come over the same connection in their order: after this answer the violation is known.
        await visitor.Page.EvaluateAsync("1");
        Assert.Equal(violated, visitor.Violations.Any(text => text.Contains("style", StringComparison.Ordinal)));
    }
}
