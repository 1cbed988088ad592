using System.Text.Json.Nodes;
using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.IdentityProviders;

public sealed class IdentityProviderTests : IAsyncLifetime
{
    private const string Providers = "/v1/tenants/acme/identity-providers";
    private const string Secret = "the-clients-secret";
    private const string Known = """
        {"id":"i1","issuer":"https://login.example","audience":"a","algorithms":["RS256"],"tokenType":"at+jwt","rules":[{"claim":"g","value":"v","roles":["user"]}],
         "signIn":{"clientId":"c","confidential":true,"name":"Example","redirectUri":"https://x"},"version":3,"rulesVersion":1}
        """;

    private readonly CliUser _user = new();
    private FakeManagement _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeManagement.StartAsync();
        await _user.SignInAsync(_server, "acme");
        _server.On($"POST {Providers}", "{}", 201).On($"GET {Providers}/i1", Known, tag: "\"3\"").On($"PUT {Providers}/i1", "{}");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Theory, Trait("Control", "CF-3")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_clients_secret_comes_from_a_file_of_its_owner_or_from_standard_input(bool isFile)
    {
        string[] source = isFile ? ["--client-secret-file", _user.FileOf("secret", Secret + "\n")] : ["--client-secret"];

        var ran = await _user.FeedAsync(Secret + "\n", [
            "identity-provider", "create", "--issuer", "https://login.example", "--audience", "https://a", "--rule", "urn:x:groups=a=b:c:user,editor", "--client-id", "c", .. source]);

        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Equal(
            $$$"""{"issuer":"https://login.example","audience":"https://a","rules":[{"claim":"urn:x:groups","value":"a=b:c","roles":["user","editor"]}],"signIn":{"clientId":"c","clientSecret":"{{{Secret}}}"}}""",
            Assert.Single(_server.Seen).Body);
        Assert.DoesNotContain(Secret, ran.Output + ran.Error, StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "CF-3")]
    public async Task A_secret_that_others_read_or_that_stands_in_the_document_is_not_sent()
    {
        var open = _user.FileOf("open", Secret, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var document = _user.FileOf("provider.yaml", $"issuer: https://login.example\nsignIn: {{ clientId: c, clientSecret: {Secret} }}\n");

        var others = await _user.RunAsync("identity-provider", "update", "i1", "--client-secret-file", open);
        var written = await _user.RunAsync("identity-provider", "create", "-f", document);

        Assert.Equal((2, 2), (others.Exit, written.Exit));
        Assert.Empty(_server.Seen);
        Assert.DoesNotContain(Secret, written.Output + written.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_named_of_a_provider_stays_and_its_secret_is_not_asked_for()
    {
        Assert.Equal(0, (await _user.RunAsync("identity-provider", "update", "i1", "--audience", "b")).Exit);

        Assert.Equal("\"3\"", _server.Seen.Last().Header("If-Match"));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(
            """{"issuer":"https://login.example","audience":"b","algorithms":["RS256"],"tokenType":"at+jwt","rules":[{"claim":"g","value":"v","roles":["user"]}],"signIn":{"clientId":"c","name":"Example"}}"""),
            _server.Seen.Last().Json), _server.Seen.Last().Body);
    }

    [Theory]
    [InlineData("--no-sign-in", "signIn", null)]
    [InlineData("--public", "public", "true")]
    public async Task Signing_in_by_a_provider_is_ended_or_its_secret_forgotten(string option, string member, string? value)
    {
        Assert.Equal(0, (await _user.RunAsync("identity-provider", "update", "i1", option)).Exit);

        var sent = _server.Seen.Last().Json;
        Assert.Equal(value, (member == "signIn" ? sent[member] : sent["signIn"]![member])?.ToJsonString());
    }

    [Fact]
    public async Task A_document_is_taken_whole_and_a_rule_that_is_none_is_refused_here()
    {
        var document = _user.FileOf("provider.yaml", "issuer: https://login.example\naudience: a\nrules:\n  - { claim: g, value: v, roles: [user] }\n");

        Assert.Equal(0, (await _user.RunAsync("identity-provider", "create", "-f", document)).Exit);
        Assert.Equal("""{"issuer":"https://login.example","audience":"a","rules":[{"claim":"g","value":"v","roles":["user"]}]}""", Assert.Single(_server.Seen).Body);
        string[] wrong = ["groups", "groups=", "groups=x", "=x:user", "groups=x:"];
        foreach (var rule in wrong)
        {
            Assert.Equal(2, (await _user.RunAsync("identity-provider", "create", "--rule", rule)).Exit);
        }
    }

    [Fact]
    public async Task A_test_that_fails_is_a_failure_and_says_which_step()
    {
        _server.On($"POST {Providers}/i1:test", """{"at":"2026-11-29T06:30:00Z","passed":false,"steps":[{"name":"discovery","passed":true},{"name":"keys","passed":false,"fault":"unreachable"}]}""");

        var ran = await _user.RunAsync("identity-provider", "test", "i1");

        Assert.Equal(1, ran.Exit);
        Assert.Contains("keys       no      unreachable", ran.Output, StringComparison.Ordinal);
    }
}
