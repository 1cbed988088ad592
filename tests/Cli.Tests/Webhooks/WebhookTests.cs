using Platform.Cli.Tests.Shell;

namespace Platform.Cli.Tests.Webhooks;

public sealed class WebhookTests : IAsyncLifetime
{
    private const string Secret = "whsec_c2VjcmV0";
    private const string Hook = "/v1/tenants/acme/webhooks/wh_1";
    private readonly CliUser _user = new();
    private FakeManagement _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeManagement.StartAsync();
        await _user.SignInAsync(_server, "acme");
        _server.On("POST /v1/tenants/acme/webhooks", $$"""{"webhook":{"id":"wh_1","url":"https://hooks.example.com/x"},"secret":"{{Secret}}"}""", 201)
            .On($"POST {Hook}:rotateSecret", $$"""{"webhook":{"id":"wh_1"},"secret":"{{Secret}}"}""");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _user.Dispose();
    }

    [Theory, Trait("Control", "CF-3")]
    [InlineData("create", "https://hooks.example.com/x")]
    [InlineData("rotate", "wh_1")]
    public async Task A_signing_secret_goes_to_a_new_file_of_its_owner_and_to_no_output(string command, string what)
    {
        var file = Path.Combine(_user.Home, "hook.secret");

        var piped = await _user.RunAsync("webhook", command, what);
        Assert.Equal((2, 0), (piped.Exit, _server.Seen.Count));

        var ran = await _user.RunAsync("webhook", command, what, "--output-file", file, "-o", "json");

        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Equal(Secret + "\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.DoesNotContain(Secret, ran.Output + ran.Error, StringComparison.Ordinal);
        Assert.Contains("wh_1", ran.Output, StringComparison.Ordinal);
    }

    [Fact, Trait("Control", "CF-3")]
    public async Task A_URL_that_is_a_secret_comes_from_standard_input()
    {
        var ran = await _user.FeedAsync("https://hooks.example.com/t0ken\n", "webhook", "create", "-", "--event", "alert.fired", "--output-file", Path.Combine(_user.Home, "hook.secret"));

        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Equal("""{"url":"https://hooks.example.com/t0ken","eventTypes":["alert.fired"]}""", _server.Seen.Single().Body);
    }

    [Fact]
    public async Task What_is_not_named_of_an_endpoint_stays()
    {
        _server.On($"GET {Hook}", """{"id":"wh_1","url":"https://hooks.example.com/x","eventTypes":["alert.*"],"description":"pager","disabled":false,"waiting":0,"version":2}""", tag: "\"2\"").On($"PUT {Hook}", "{}");

        Assert.Equal(0, (await _user.RunAsync("webhook", "update", "wh_1", "--disabled", "true")).Exit);

        Assert.Equal("\"2\"", _server.Seen.Last().Header("If-Match"));
        Assert.Equal("""{"url":"https://hooks.example.com/x","eventTypes":["alert.*"],"description":"pager","disabled":true}""", _server.Seen.Last().Body);
    }

    [Fact]
    public async Task A_delivery_is_named_by_its_id_and_its_endpoint()
    {
        _server.On($"GET {Hook}/deliveries", """{"items":[{"id":"msg_1","type":"alert.fired","state":"failed"}]}""").On($"POST {Hook}/deliveries/msg_1:redeliver", """{"id":"msg_1"}""");

        Assert.Contains("msg_1  alert.fired  failed", (await _user.RunAsync("webhook", "deliveries", "wh_1", "--state", "failed")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await _user.RunAsync("webhook", "redeliver", "wh_1", "msg_1")).Exit);
    }
}
