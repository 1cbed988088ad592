using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Platform.System.Tests.OAuth;

/// <summary>The official clients find the authorization server by themselves, a person signs in and consents in a real browser, and the token works (AU-10).</summary>
[Collection(RunningPlatformCollection.Name), Trait("Control", "AU-10")]
public sealed class OfficialClientFlowTests(RunningPlatform platform, Browser browser) : IClassFixture<Browser>
{
    [Fact]
    public async Task CSharp_client_completes_the_flow_and_calls_a_tool()
    {
        var cancel = TestContext.Current.CancellationToken;
        var tenant = await OAuthTenant.CreateAsync(platform, cancel);
        using var callback = new Callback();
        var clientId = await tenant.RegisterAsync("C# client", callback.Address, cancel);
        await using var visitor = await browser.VisitAsync();

        await using var transport = new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = tenant.Endpoint,
            TransportMode = HttpTransportMode.StreamableHttp,
            OAuth = new ClientOAuthOptions
            {
                ClientId = clientId,
                RedirectUri = callback.Address,
                AuthorizationCallbackHandler = async (context, token) =>
                {
                    var answer = callback.TakeAsync(token);
                    await tenant.ConsentAsync(visitor.Page, context.AuthorizationUri, "C# client", callback.Address);
                    var query = await answer;
                    return new AuthorizationResult { Code = query["code"], State = query["state"], Iss = query["iss"] };
                },
            },
        });
        await using var client = await McpClient.CreateAsync(transport, cancellationToken: cancel);
        var called = await client.CallToolAsync("echo", new Dictionary<string, object?> { ["message"] = "with a token" }, cancellationToken: cancel);

        Assert.Equal("with a token", Assert.IsType<TextContentBlock>(Assert.Single(called.Content)).Text);
        Assert.Empty(visitor.Violations);
    }
}
