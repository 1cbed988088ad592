using Microsoft.AspNetCore.WebUtilities;
using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Platform.System.Tests.OAuth;

/// <summary>The official clients find the authorization server by themselves, a person signs in and consents in a real browser, and the token works (AU-10).</summary>
[Collection(RunningPlatformCollection.Name), Trait("Control", "AU-10")]
public sealed class OfficialClientFlowTests(OAuthTenant tenant, Browser browser) : IClassFixture<OAuthTenant>
{
    [Fact]
    public async Task CSharp_client_completes_the_flow_and_calls_a_tool()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var visitor = await browser.VisitAsync();
        await using var callback = await Callback.StartAsync();
        await using var client = await ConnectAsync("C# client", callback, visitor, "Allow");
        var called = await client.CallToolAsync("echo", new Dictionary<string, object?> { ["message"] = "with a token" }, cancellationToken: cancel);

        Assert.Equal("with a token", Assert.IsType<TextContentBlock>(Assert.Single(called.Content)).Text);
        Assert.Empty(visitor.Violations);
    }

    [Fact]
    public async Task CSharp_client_that_is_denied_gets_nothing_but_the_refusal()
    {
        await using var visitor = await browser.VisitAsync();
        await using var callback = await Callback.StartAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync("Denied client", callback, visitor, "Deny"));
        var answer = await callback.AnswerAsync(TestContext.Current.CancellationToken);

        Assert.Equal("access_denied", answer["error"]);
        Assert.False(answer.ContainsKey("code"));
        Assert.Equal(tenant.Issuer, answer["iss"]);
        Assert.Empty(visitor.Violations);
    }

    [Fact]
    public async Task TypeScript_client_completes_the_flow_from_any_port_and_calls_a_tool()
    {
        await using var visitor = await browser.VisitAsync();
        var id = await tenant.RegisterAsync("TypeScript client", "http://127.0.0.1/callback");
        var (code, output, errors) = await NodeProgram.RunAsync(
            Repository.Node, ["oauth.mjs", tenant.Endpoint.AbsoluteUri, id], [], TestContext.Current.CancellationToken,
            async line =>
            {
                if (line.StartsWith($"{tenant.Issuer}/oauth/authorize?", StringComparison.Ordinal))
                {
                    var authorize = new Uri(line);
                    await tenant.DecideAsync(visitor.Page, authorize, "TypeScript client", new Uri(QueryHelpers.ParseQuery(authorize.Query)["redirect_uri"].ToString()));
                }
            });
        Assert.True(code == 0, $"oauth.mjs ended with {code}:\n{output}\n{errors}");
        var seen = JsonNode.Parse(output.Split('\n')[^1])!;

        Assert.Equal("with a token", seen["echo"]!.GetValue<string>());
        Assert.Equal("Bearer", seen["type"]!.GetValue<string>());
        Assert.Empty(visitor.Violations);
    }

    private async Task<McpClient> ConnectAsync(string name, Callback callback, Visitor visitor, string decision)
    {
        var transport = new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = tenant.Endpoint,
            TransportMode = HttpTransportMode.StreamableHttp,
            OAuth = new ClientOAuthOptions
            {
                ClientId = await tenant.RegisterAsync(name, callback.Address.AbsoluteUri),
                RedirectUri = callback.Address,
                AuthorizationCallbackHandler = async (context, token) =>
                {
                    await tenant.DecideAsync(visitor.Page, context.AuthorizationUri, name, callback.Address, decision);
                    var answer = await callback.AnswerAsync(token);
                    return new AuthorizationResult { Code = answer.GetValueOrDefault("code"), State = answer["state"], Iss = answer["iss"] };
                },
            },
        });
        return await McpClient.CreateAsync(transport, cancellationToken: TestContext.Current.CancellationToken);
    }
}
